"""Opens MLflow stores and the experiments in them."""

from __future__ import annotations

import fcntl
import logging
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mlflow import MlflowClient
from mlflow.entities import Experiment, LifecycleStage
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from tfd2l.errors import TrackingError
from tfd2l.tracking.names import escape_folder, fit_experiment_name
from tfd2l.tracking.store import artifact_folder, describe_origin, require_writable, sqlite_file

EXISTS = "RESOURCE_ALREADY_EXISTS"
LOCK = ".mlflow.lock"  # beside the database, held while tables are made


def client_of(uri: str) -> MlflowClient:
    """A client of a store; whatever store MLflow itself uses in this process is left alone.

    Processes that open a new store at the same time make its tables one after the other.

    Raises:
        TrackingError: the store cannot be written or opened.
    """
    require_writable(uri)
    try:
        with _locked(uri), warnings_only("mlflow", "alembic"):  # the creation of tables is of no interest to a user
            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            client.search_experiments(max_results=1)  # opens the store
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise cannot_be_opened(uri, error) from error
    file = sqlite_file(uri)
    if file and not file.is_file():
        raise TrackingError(
            f"The store was opened, but is not the file {file}: the database driver reads the path in another way. "
            f"Choose a folder without ? and % in its name. Received: {describe_origin(uri)}"
        )
    return client


def open_experiment(client: MlflowClient, name: str, tags: Mapping[str, str]) -> str:
    """Returns the id of the MLflow experiment of a name, which is made where there is none.

    Args:
        client: a client of the store.
        name: of the experiment; any text.
        tags: given to the experiment, where it has none of that name.

    Raises:
        TrackingError: the experiment is deleted.
    """
    name, uri = fit_experiment_name(name), client.tracking_uri
    found = client.get_experiment_by_name(name)
    if found is None:
        folder = artifact_folder(uri)
        location = (folder / escape_folder(name)).as_uri() if folder else None
        try:
            return str(client.create_experiment(name, location, dict(tags)))
        except MlflowException as error:
            if error.error_code != EXISTS:
                raise
        found = client.get_experiment_by_name(name)  # another process has made it meanwhile
    _require_active(found, uri)
    for key in tags.keys() - found.tags.keys():
        client.set_experiment_tag(found.experiment_id, key, tags[key])
    return str(found.experiment_id)


def _require_active(experiment: Experiment, uri: str) -> None:
    if experiment.lifecycle_stage != LifecycleStage.ACTIVE:
        number, store = experiment.experiment_id, shlex.quote(uri)
        raise TrackingError(
            f"The MLflow experiment {experiment.name!r} is deleted. Bring it back: `MLFLOW_TRACKING_URI={store} mlflow "
            f"experiments restore --experiment-id {number}`; or delete it for good, with its runs: "
            f"`MLFLOW_TRACKING_URI={store} mlflow gc --backend-store-uri {store} --experiment-ids {number}`; or log "
            f"under another name: `name=OTHER`. Received: name={experiment.name}"
        )


def cannot_be_opened(uri: str, error: Exception) -> TrackingError:
    """What a user is told of a store that MLflow does not open."""
    if sqlite_file(uri) is None:
        way_out = "Is the server up, and the address right?"
    else:
        way_out = "Is it another program's file, or damaged? Move it away, or choose another store (`tracking.uri=`)."
    reason = str(error).splitlines()[0].removesuffix(".")
    return TrackingError(f"The MLflow store cannot be opened: {reason}. {way_out} Received: {describe_origin(uri)}")


@contextmanager
def _locked(uri: str) -> Iterator[None]:
    """One process at a time opens a local store: MLflow makes its tables without a transaction."""
    file = sqlite_file(uri)
    if file is None:
        yield
        return
    with (file.parent / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        yield


@contextmanager
def warnings_only(*names: str) -> Iterator[None]:
    """Lets loggers pass on warnings alone within the block."""
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
