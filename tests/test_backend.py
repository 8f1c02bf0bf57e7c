"""Keras is on TensorFlow with its own defaults, whatever the environment and keras.json say."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import keras
import pytest

import tfd2l
from tfd2l import backend
from tfd2l.cli.main import main
from tfd2l.errors import ConfigError
from tfd2l.quiet import quiet


def test_the_environment_is_set_for_this_process(monkeypatch):
    monkeypatch.setattr(backend, "replaced", {})
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    backend.prepare_environment()
    backend.prepare_environment()
    assert backend.os.environ["KERAS_BACKEND"] == "tensorflow"
    assert backend.os.environ["TF_USE_LEGACY_KERAS"] == "0"
    assert backend.replaced == {"KERAS_BACKEND": "torch", "TF_USE_LEGACY_KERAS": "1"}


def test_keras_of_another_backend_is_refused(monkeypatch):
    other = SimpleNamespace(config=SimpleNamespace(backend=lambda: "jax"))
    monkeypatch.setitem(sys.modules, "keras", other)
    monkeypatch.setattr(backend, "replaced", {"KERAS_BACKEND": "jax"})
    with pytest.raises(ConfigError, match=r"^Keras was imported with the backend 'jax'.*Received: KERAS_B"), quiet():
        pass


def test_settings_of_keras_that_models_are_not_written_for_are_set_back():
    keras.config.set_floatx("float16")
    keras.config.set_image_data_format("channels_first")
    assert backend.use_defaults() == {"floatx": "float16", "image_data_format": "channels_first"}
    assert (keras.config.floatx(), keras.config.image_data_format()) == ("float32", "channels_last")
    assert backend.use_defaults() == {}


@pytest.mark.parametrize("text", ['{"floatx": "float16", "backend": "torch", "epsilon": 1e-07}', "[]", "{"])
def test_doctor_tells_what_is_set_and_not_used(monkeypatch, tmp_path, capsys, text):
    (tmp_path / "keras.json").write_text(text)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/store/mlflow.db")
    monkeypatch.setattr(backend, "replaced", {"KERAS_BACKEND": "torch"})
    assert main(["doctor", "--quick"]) == 0
    out = capsys.readouterr().out
    assert "ok    KERAS_BACKEND=torch (KERAS_BACKEND) is not used: runs have Keras on tensorflow, float32" in out
    assert (f"floatx=float16, backend=torch ({tmp_path}/keras.json) is not used" in out) == text.startswith('{"floatx')


def test_the_package_shows_its_public_names():
    assert dir(tfd2l) == sorted(tfd2l.__all__)
    with pytest.raises(AttributeError, match="module 'tfd2l' has no attribute 'nope'"):
        _ = tfd2l.nope
