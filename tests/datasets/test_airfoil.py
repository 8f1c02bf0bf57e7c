"""The airfoil data from its file, from malformed files, and generated."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from tfd2l.datasets.airfoil import COLUMNS, FEATURES, TARGET, airfoil
from tfd2l.datasets.airfoil_embedded import airfoil_embedded
from tfd2l.errors import DataError

LINES = [f"{800 + row}\t{row % 4}.5\t0.3048\t71.3\t0.00266337\t{120 + row}.201" for row in range(40)]


def written(folder, lines, name="airfoil_self_noise.dat"):
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def table(ds):
    return np.array([[row[key] for key in COLUMNS] for row in ds.as_numpy_iterator()], np.float64)


def half_mse_of_least_squares(rows, all_rows=None):
    """On numbers standardized by all rows (else by themselves); the last column is the target."""
    all_rows = rows if all_rows is None else all_rows
    z = (rows - all_rows.mean(0)) / all_rows.std(0)
    x = np.concatenate([z[:, :-1], np.ones((len(z), 1))], axis=1)
    best = np.linalg.lstsq(x, z[:, -1], rcond=None)[0]
    return 0.5 * np.mean((x @ best - z[:, -1]) ** 2)


def test_the_first_rows_are_trained_and_measured_on(tmp_path):
    splits, info = airfoil(written(tmp_path, LINES), num_rows=30)
    expected = np.array([[float(text) for text in line.split("\t")] for line in LINES[:30]])
    np.testing.assert_allclose(table(splits["train"]), expected, rtol=1e-6)
    np.testing.assert_array_equal(table(splits["validation"]), table(splits["train"]))
    assert info.sizes == {"train": 30, "validation": 30}
    assert (info.inputs, info.source, info.counts) == (FEATURES, "file: airfoil_self_noise.dat", {})


def test_held_out_splits_share_no_setting_of_the_tunnel(tmp_path):
    lines = [f"{800 + row}\t{row % 20}.5\t0.3048\t71.3\t0.00266337\t{120 + row}.201" for row in range(200)]
    splits, info = airfoil(written(tmp_path, lines), num_rows=None, measured_on="held_out")
    assert info.sizes == {"train": 160, "validation": 20, "test": 20}
    angles = [set(table(splits[split])[:, 1]) for split in info.sizes]
    assert sum(map(len, angles)) == len(set.union(*angles)) == 20
    other = airfoil(tmp_path, num_rows=None, measured_on="held_out", split_seed=1)[1]
    assert other.fingerprint != info.fingerprint


def test_folder_archive_and_file_hold_the_same(tmp_path):
    file = written(tmp_path, LINES)
    with zipfile.ZipFile(tmp_path / "airfoil.zip", "w") as archive:
        archive.write(file, "data/airfoil_self_noise.dat")
    prints = {airfoil(path, num_rows=None)[1].fingerprint for path in (file, tmp_path, tmp_path / "airfoil.zip")}
    assert len(prints) == 1
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"no airfoil_self_noise\.dat in it; .*Received: nothing in it"):
        airfoil(tmp_path / "empty")


@pytest.mark.parametrize(
    ("line", "said", "reason"),
    [
        ("800\t0\t0.3048\t71.3\t0.00266337", "5 fields where there are columns frequency", "too few fields"),
        (
            "800\t0\t0.3048\tfast\t0.00266337\t126.201",
            r"velocity is not a number\..*Received: fast",
            "velocity is not a number",
        ),
        (
            "800\tnan\t0.3048\t71.3\t0.00266337\t126.201",
            r"angle_of_attack is not a number\..*Received: nan",
            "angle_of_attack is not a number",
        ),
        (
            "800\t0\t0.3048\t71.3\t0.00266337\t126.201\t1",
            "7 fields where there are columns frequency",
            "too many fields",
        ),
    ],
    ids=["column missing", "text", "nan", "column too many"],
)
def test_a_bad_line_is_named_or_skipped(tmp_path, line, said, reason):
    file = written(tmp_path, [*LINES[:4], line, *LINES[4:]])
    with pytest.raises(DataError, match=rf"airfoil_self_noise\.dat:5: {said}"):
        airfoil(file)
    splits, info = airfoil(file, num_rows=40, on_bad_record="skip")
    assert info.counts == {f"skipped: {reason}": 1}
    assert len(table(splits["train"])) == 40


@pytest.mark.parametrize("num_rows", [41, 0, -1])
def test_rows_that_are_not_there_are_told(tmp_path, num_rows):
    with pytest.raises(DataError, match=rf"up to the 40 rows there are.*Received: dataset\.num_rows={num_rows}"):
        airfoil(written(tmp_path, LINES), num_rows=num_rows)


def test_a_split_without_rows_is_told(tmp_path):
    with pytest.raises(DataError, match=r"cannot be divided into train, validation, test: .*Received: 2 examples"):
        airfoil(written(tmp_path, LINES), num_rows=2, measured_on="held_out")


def test_without_network_and_copy_the_error_names_both_ways_out(no_network, tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"could not be reached.*`dataset\.path=FOLDER_OR_ARCHIVE`.*\*_embedded\)"):
        airfoil()


def test_the_books_file(shared_data):
    splits, info = airfoil(shared_data / "airfoil")
    assert info.sizes == {"train": 1500, "validation": 1500}
    rows = table(splits["train"])
    np.testing.assert_allclose(rows[0], [800, 0, 0.3048, 71.3, 0.00266337, 126.201], rtol=1e-6)
    everything = table(airfoil(shared_data / "airfoil", num_rows=None)[0]["train"])
    assert len(everything) == 1503
    assert half_mse_of_least_squares(rows, everything) == pytest.approx(0.2417, abs=1e-4)  # the book's floor
    assert half_mse_of_least_squares(rows) == pytest.approx(0.2450, abs=1e-4)  # ours


def test_the_generated_rows_are_like_the_real_ones(shared_data):
    real = table(airfoil(shared_data / "airfoil", num_rows=None)[0]["train"])
    splits, info = airfoil_embedded(num_rows=None)
    rows = table(splits["train"])
    assert (info.source, info.inputs) == ("embedded", FEATURES)
    assert rows.shape == real.shape == (1503, 6)
    assert half_mse_of_least_squares(rows) == pytest.approx(half_mse_of_least_squares(real), abs=0.01)
    for column in (0, 2, 3):  # the same bands, chords and velocities
        np.testing.assert_allclose(np.unique(rows[:, column]), np.unique(real[:, column]), rtol=1e-6)
    for column in (1, 4, 5):  # much the same range
        assert rows[:, column].mean() == pytest.approx(real[:, column].mean(), abs=real[:, column].std())
        assert rows[:, column].std() == pytest.approx(real[:, column].std(), rel=0.5)


def test_the_generated_rows_are_a_function_of_the_seed():
    first, again, other = (airfoil_embedded(seed=seed)[1] for seed in (0, 0, 1))
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert first.sizes == {"train": 1500, "validation": 1500}
    floors = [half_mse_of_least_squares(table(airfoil_embedded(seed=seed)[0]["train"])) for seed in range(5)]
    assert min(floors) > 0.19
    assert max(floors) < 0.27


def test_the_generated_rows_can_be_held_out():
    splits, info = airfoil_embedded(measured_on="held_out")
    assert sum(info.sizes.values()) == 1500
    settings = [{tuple(row[1:5]) for row in table(splits[split])} for split in info.sizes]
    assert sum(map(len, settings)) == len(set.union(*settings))
    assert TARGET not in info.inputs
