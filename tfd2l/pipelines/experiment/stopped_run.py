"""Finds the run to resume, and refuses one that is finished, running or made by something else."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run

from tfd2l.config.hydra_errors import key_of
from tfd2l.config.signature import signature_of
from tfd2l.errors import ResumeError
from tfd2l.pipelines.experiment.resume import (
    AUTO,
    DATA,
    FREE,
    MADE_TAG,
    SEVERAL,
    checkpoint_folder,
    digest,
    find_differences,
    made_by,
)
from tfd2l.registry import find
from tfd2l.tracking.environment import flat, overrides
from tfd2l.tracking.find_run import NEWEST_FIRST, find_run, runs_where
from tfd2l.tracking.names import fit_params, unescape_name
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.run_process import ProcessState, describe_process, end_lost_runs, is_own, process_state
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, OVERRIDES_TAG
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.settings import ResumeSettings

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class Stopped:
    """A run that can be resumed.

    Args:
        run_id: the MLflow run.
        checkpoint: where it stands; None: it stopped before its first checkpoint, and begins again.
        made_by: what the run was made by, as far as it is known.
    """

    run_id: str
    checkpoint: Checkpoint | None
    made_by: Mapping[str, str]


def find_stopped_run(settings: ResumeSettings, uri: str, config: Mapping[str, Any]) -> Stopped | None:
    """Returns the run to resume; None starts a new one.

    Runs of this machine whose process is gone are marked KILLED first.

    Raises:
        ResumeError: the run named is finished, or was made by something else.
        TrackingError: no run, or several, are named so.
    """
    if settings.run_id is None:
        return None
    client, folder, wanted = client_of(uri), checkpoint_folder(uri), made_by(config)
    end_lost_runs(client)
    if settings.run_id == AUTO:
        return _last_stopped(client, folder, wanted)
    run = find_run(client, settings.run_id, received=f"resume={settings.run_id}")
    if run.info.status == "FINISHED":
        raise ResumeError(f"{_describe_way_on(run)} Received: resume={settings.run_id}")
    if run.info.status == "RUNNING" and process_state(run.data.tags) is ProcessState.UNKNOWN:
        log.warning("resume: whether run %s is still running elsewhere is not known; it is taken over", run.info.run_id)
    checkpoint = CheckpointStore(folder / run.info.run_id).latest()
    if checkpoint is None:
        _require_same_configuration(run, config, wanted, settings)
        return _from_its_beginning(run, wanted)
    require_same(checkpoint.facts["made_by"], wanted, settings)
    return Stopped(run.info.run_id, checkpoint, checkpoint.facts["made_by"])


def find_followed_checkpoint(settings: ResumeSettings, folder: Path, wanted: Mapping[str, str]) -> Checkpoint | None:
    """Returns the checkpoint that the chief of the cluster goes on from, as a process finds it that opens no store."""
    if settings.run_id is None:
        return None
    for path in _newest_first(folder):
        checkpoints = CheckpointStore(path)
        made = checkpoints.made_by()
        if path.name.startswith(settings.run_id) or (
            settings.run_id == AUTO and made and not find_differences(made, wanted)
        ):
            return checkpoints.latest()
    return None


def require_same(made: Mapping[str, str], wanted: Mapping[str, str], settings: ResumeSettings) -> None:
    """Refuses to resume a run that was made by something else.

    Raises:
        ResumeError: with the keys that differ, unless `resume.force=true`.
    """
    keys = find_differences(made, wanted)
    if keys and not settings.force:
        differences = "; ".join(
            f"{key}: then {made.get(key, 'nothing')}, now {wanted.get(key, 'nothing')}" for key in keys
        )
        raise ResumeError(
            f"The run was made by something else, so it could not go on as it began. {differences}. Give what it "
            f"was made by, or go on all the same with `resume.force=true`. Received: resume={settings.run_id}"
        )


def _last_stopped(client: MlflowClient, folder: Path, wanted: Mapping[str, str]) -> Stopped | None:
    """Returns the stopped run of this configuration whose checkpoint is the newest; else one that begins again."""
    runs = {run.info.run_id: run for run in _unfinished(client, wanted)}
    for path in _newest_first(folder):
        checkpoints = CheckpointStore(path)
        made = checkpoints.made_by() if path.name in runs else {}
        if made and not find_differences(made, wanted):
            checkpoint = checkpoints.latest()
            if checkpoint is not None:
                log.info("resume=auto: goes on with run %s", path.name)
                return Stopped(path.name, checkpoint, made)
    for run in runs.values():
        if run.data.tags[MADE_TAG] == digest(wanted):
            log.info("resume=auto: run %s stopped before its first checkpoint, and begins again", run.info.run_id)
            return _from_its_beginning(run, wanted)
    log.info("resume=auto: no run to go on with; a new one")
    return None


def _unfinished(client: MlflowClient, wanted: Mapping[str, str]) -> list[Run]:
    """Returns the runs of this configuration that no process is in, the newest first; those forced into it too."""
    found = []
    for made in (digest(wanted), SEVERAL):
        for run in runs_where(
            client, f"tags.`{MADE_TAG}` = '{made}' and attributes.status != 'FINISHED'", NEWEST_FIRST
        ):
            state = process_state(run.data.tags) if run.info.status == "RUNNING" else ProcessState.GONE
            if state is ProcessState.GONE or is_own(run.data.tags):
                found.append(run)
            elif made != SEVERAL:
                _log_left_alone(run, state)
    return found


def _log_left_alone(run: Run, state: ProcessState) -> None:
    run_id = run.info.run_id
    if state is ProcessState.LIVE:
        log.info("resume=auto: run %s is running, in %s; it is left alone", run_id, describe_process(run.data.tags))
    else:
        log.warning(
            "resume=auto: run %s is RUNNING, as far as the store knows, on another machine; it is left alone. If it "
            "is not running: resume=%s",
            run_id,
            run_id,
        )


def _from_its_beginning(run: Run, wanted: Mapping[str, str]) -> Stopped:
    """Returns a run that begins again under its id, with the same data if it had come so far."""
    fingerprint = run.data.tags.get(FINGERPRINT_TAG)
    return Stopped(run.info.run_id, None, {**wanted, **({DATA: fingerprint} if fingerprint else {})})


def _require_same_configuration(
    run: Run, config: Mapping[str, Any], wanted: Mapping[str, str], settings: ResumeSettings
) -> None:
    """Refuses to begin a run again with another configuration: MLflow changes no parameters.

    Raises:
        ResumeError: with the keys that differ.
    """
    if run.data.tags.get(MADE_TAG) == digest(wanted):
        return
    then = {key: value for key, value in run.data.params.items() if key.partition(".")[0] not in FREE}
    wanted_params = fit_params(dict(flat({key: value for key, value in config.items() if key not in FREE})))
    now = {unescape_name(param.key): param.value for param in wanted_params}
    keys = find_differences(then, now) if then else []
    differences = "; ".join(f"{key}: then {then.get(key, 'nothing')}, now {now.get(key, 'nothing')}" for key in keys)
    raise ResumeError(
        f"The run stopped before its first checkpoint, and was made by something else "
        f"({differences or 'the code of tfd2l, or a version'}): it has no state to resume. Leave `resume` out for a "
        f"new run. Received: resume={settings.run_id}"
    )


def _describe_way_on(run: Run) -> str:
    """Returns that a run is finished, and the command that trains its model further."""
    tags, params = run.data.tags, run.data.params
    now = {key_of(override): override for override in overrides()}
    then = {key_of(override): override for override in tags.get(OVERRIDES_TAG, "").splitlines()}
    typed = [override for key, override in {**then, **now}.items() if key.partition(".")[0] != "resume"]
    model = params.get("model.name")
    if model is None:
        return f"Run {run.info.run_id} is finished, and trains nothing: without `resume` a new run is made."
    if "weights" in signature_of(find("model", model)).names:
        others = [override for override in typed if key_of(override) != "model.weights"]
        again = _command([*others, f"model.weights=run:{run.info.run_id}"])
        way = f"A new run that starts with its weights (which of them: `tfd2l describe model {model}`): `{again}`"
    else:
        length = "trainer.epochs" if params["trainer.max_steps"] == "None" else "trainer.max_steps"
        others = [override for override in typed if key_of(override) != length]
        again = _command([*others, now.get(length, f"{length}={2 * int(params[length])}")])
        way = f"The model {model} takes no weights of an earlier run, so to train it for longer is a new run: `{again}`"
    return f"Run {run.info.run_id} is finished: there is nothing to go on with. {way}."


def _command(overrides: list[str]) -> str:
    return shlex.join(["python", "-m", "tfd2l.pipelines", *overrides])


def _newest_first(folder: Path) -> list[Path]:
    """Returns the folders of runs with checkpoints."""
    runs = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted(runs, key=lambda path: path.stat().st_mtime, reverse=True)
