"""`tfd2l doctor --quick`: exit code 0 if all is well, 1 if something is wrong, and which."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from tfd2l.cli.main import main
from tfd2l.tracking.run_process import HOST_TAG, PROCESS_TAG
from tfd2l.tracking.tracked_run import TrackedRun


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A store and a cache of this test's own."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/store/mlflow.db")
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))


def test_all_is_well(capsys, tmp_path):
    assert main(["doctor", "--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == {"ok"}
    text = "\n".join(lines)
    assert "python 3." in text
    assert f"tfd2l {version('tfd2l')}" in text
    assert "components of 11 kinds registered" in text
    assert f"store sqlite:///{tmp_path}/store/mlflow.db can be written" in text
    assert f"data cache {tmp_path}/cache: 0 MB" in text


def test_the_size_of_the_cache_is_told(capsys, tmp_path):
    (tmp_path / "cache" / "deep").mkdir(parents=True)
    (tmp_path / "cache" / "deep" / "file").write_bytes(bytes(3_000_000))
    main(["doctor", "--quick"])
    assert f"data cache {tmp_path}/cache: 3 MB" in capsys.readouterr().out


def wrong(capsys):
    """The lines of a doctor who finds something."""
    assert main(["doctor", "--quick"]) == 1
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("WRONG")]


def test_a_stale_entry_point_is_wrong(capsys, install):
    install("x-stale", {"tfd2l.loss": {"gone": "x_gone_module:Gone"}})
    assert wrong(capsys) == ["WRONG loss gone of x-stale 1.0: stale: there is no module x_gone_module"]


def test_two_owners_of_a_name_are_wrong(capsys, install):
    twin = {"tfd2l.loss": {"twin": "x_twin_doctored:Twin"}}
    install("x-one", twin, {"x_twin_doctored.py": "class Twin: ...\n"})
    install("x-two", twin)
    (line,) = wrong(capsys)
    assert line.startswith("WRONG loss twin has several owners: x-one 1.0 and x-two 1.0; pick one with")


def test_a_store_that_cannot_be_written_is_wrong(capsys, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////proc/nowhere/mlflow.db")
    (line,) = wrong(capsys)
    assert line.startswith("WRONG store: The store cannot be written: /proc/nowhere: ")


def test_runs_whose_process_is_gone_are_marked(capsys, tmp_path):
    uri = f"sqlite:///{tmp_path}/store/mlflow.db"
    lost, elsewhere, own = (TrackedRun.start(uri, "test", name, {}, None) for name in ("lost", "elsewhere", "own"))
    lost.log_tags({PROCESS_TAG: "4194305 1"})  # more than Linux gives
    elsewhere.log_tags({HOST_TAG: "elsewhere/12"})
    assert main(["doctor", "--quick"]) == 0
    out = capsys.readouterr().out
    assert f"ok    run {lost.run_id} (lost, KILLED, " in out
    assert "runs: 1 running here, 1 RUNNING on other machines, or not known where" in out
    assert [run.client.get_run(run.run_id).info.status for run in (elsewhere, own)] == ["RUNNING"] * 2


def test_a_plugin_is_named_and_its_configuration_is_checked(capsys, install):
    files = {"x_conf/__init__.py": "", "x_conf/conf/optimizer/x_bad.yaml": "name: adamw\nbetas: 1\n"}
    files["x_conf/conf/schedule/x_good.yaml"] = "name: constant\nlearning_rate: ${optimizer.learning_rate}\n"
    install("x-conf", {"tfd2l.conf": {"x": "x_conf.conf"}}, files)
    (line,) = wrong(capsys)
    assert "x_conf/conf/optimizer/x_bad.yaml: optimizer.betas: no such option. Did you mean 'optimizer.beta_1'?" in line
    assert main(["doctor", "--quick"]) == 1
    assert "ok    plugin tfd2l-ademamix 0.1.0: optimizer ademamix, " in capsys.readouterr().out
