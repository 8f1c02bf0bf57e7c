"""Models that are loaded where nothing of them has been imported yet."""

from __future__ import annotations

import json
import zipfile

import keras

from tfd2l.layers.anchor_boxes import AnchorBoxes
from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
from tfd2l.models.backbones.feature_extractor import build_feature_extractor
from tfd2l.models.fcn import fcn
from tfd2l.models.style.model import StyleTransfer
from tfd2l.models.weights import earlier_run
from tfd2l.models.weights.earlier_run import load_model_file

LOAD = """
import sys
from pathlib import Path
from tfd2l.models.weights import earlier_run
from tfd2l.models.weights.earlier_run import load_model_file
print([load_model_file(Path(file)).count_params() for file in sys.argv[1:]])
"""


def test_classes_of_layers_and_of_models_inside_are_found(image_data, python, tmp_path):
    segmenter = fcn(image_data((16, 16, 3), 3), width=2, stem="small")
    segmenter.save(tmp_path / "segmenter.keras")
    network = build_feature_extractor(str(tmp_path / "segmenter.keras"), ["stem_norm", "group1_block1_conv1"])
    painter = StyleTransfer(network, 1, (32, 40), 2, (1.0, 1.0, 1.0), "unit", False, 1)
    painter.save(tmp_path / "painter.keras")
    done = python("-c", LOAD, tmp_path / "segmenter.keras", tmp_path / "painter.keras")
    assert done.out.strip() == f"[{segmenter.count_params()}, {painter.count_params()}]", done.err


def test_other_packages_are_not_imported_for_a_file(tmp_path, monkeypatch):
    named = [{"module": "tfd2l.layers.bilinear"}, {"module": "tfd2l.models.nowhere"}, {"module": "harm", "config": {}}]
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as packed:
        packed.writestr("config.json", json.dumps({"module": "keras", "config": {"layers": named}}))
    imported, loaded = [], []
    monkeypatch.setattr(earlier_run.importlib, "import_module", imported.append)
    monkeypatch.setattr(earlier_run.keras.models, "load_model", lambda file, compile: loaded.append(file))
    load_model_file(tmp_path / "m.keras")
    assert sorted(imported) == ["tfd2l.layers.bilinear", "tfd2l.models.nowhere"]
    assert loaded == [tmp_path / "m.keras"]


def test_a_class_whose_module_has_moved_is_found(python, tmp_path):
    """As in the model files of version 0.1, whose modules stood elsewhere."""
    keras.Sequential([keras.Input((4, 4, 2)), FusedBatchNormalization(), AnchorBoxes([0.5], [1.0])]).save(
        tmp_path / "new.keras"
    )
    with zipfile.ZipFile(tmp_path / "new.keras") as new, zipfile.ZipFile(tmp_path / "old.keras", "w") as old:
        for name in new.namelist():
            content = new.read(name)
            if name == "config.json":
                content = content.replace(b"tfd2l.layers.fused_batch_normalization", b"tfd2l.models.norms")  # no module
                content = content.replace(b"tfd2l.layers.anchor_boxes", b"tfd2l.layers.bilinear")  # another one's
            old.writestr(name, content)
    done = python("-c", LOAD, tmp_path / "old.keras")
    assert done.out.strip() == "[8]", done.err
