"""Checks versions, devices, XLA, the store, the data cache and every plugin; exit code 1 if something is wrong."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

from tfd2l import registry
from tfd2l.config.health import find_fault
from tfd2l.errors import ComponentError, TrackingError
from tfd2l.quiet import quiet

PROBE_SECONDS = 120
BFLOAT16_PROBE = (
    "import tensorflow as tf; a = tf.cast(tf.random.normal([64, 256]), tf.bfloat16); tf.matmul(a, a, transpose_b=True)"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l doctor`."""
    parser.add_argument("--quick", action="store_true", help="leave out what loads TensorFlow")


def run(arguments: argparse.Namespace) -> int:
    """Print a line a check."""
    checks: list[Callable[[], Iterator[tuple[bool, str]]]] = [
        _versions,
        _keras,
        _entry_points,
        _plugins,
        _store,
        _data_cache,
    ]
    if not arguments.quick:
        checks += [_imports, _devices, _bfloat16]
    well = True
    for check in checks:
        for fine, text in check():
            well = well and fine
            print(f"{'ok   ' if fine else 'WRONG'} {text}", flush=True)
    return 0 if well else 1


def _versions() -> Iterator[tuple[bool, str]]:
    from tfd2l.tracking.environment import versions

    found = versions()
    yield (
        "not installed" not in found.values(),
        ", ".join(f"{name} {version}" for name, version in found.items()),
    )


def _entry_points() -> Iterator[tuple[bool, str]]:
    count = 0
    for kind in registry.KINDS:
        entries = registry.entries(kind)
        count += len(entries)
        for entry in entries:
            wrong = find_fault(entry)
            if wrong:
                yield False, f"{kind} {entry.name} of {entry.owner}: {wrong}"
        names = [entry.name for entry in entries]
        for name in sorted({name for name in names if names.count(name) > 1}):
            owners = " and ".join(entry.owner for entry in entries if entry.name == name)
            yield (
                False,
                f"{kind} {name} has several owners: {owners}; pick one with `name: DISTRIBUTION/{name}`",
            )
    yield True, f"{count} components of {len(registry.KINDS)} kinds registered"


def _plugins() -> Iterator[tuple[bool, str]]:
    """Every plugin with its components, and whether each of its option files composes and fits its signature."""
    from tfd2l.config.plugin_options import find_option_problems

    owners: dict[str, list[str]] = {}
    for kind in registry.KINDS:
        for entry in registry.entries(kind):
            if entry.distribution != "tfd2l":
                owners.setdefault(entry.owner, []).append(f"{kind} {entry.name}")
    for owner, names in owners.items():
        yield True, f"plugin {owner}: {', '.join(names)}"
    for folder, problem in find_option_problems():
        yield problem is None, f"plugin configuration {folder}" + (f": {problem}" if problem else ": every option fits")
    if not owners:
        yield True, "no plugin is installed"


def _keras() -> Iterator[tuple[bool, str]]:
    from tfd2l.backend import settings_elsewhere

    found = settings_elsewhere()
    for where, what in found.items():
        yield True, f"{what} ({where}) is not used: runs have Keras on tensorflow, float32, channels_last"
    if not found:
        yield True, "Keras: no setting of the environment or of keras.json stands in the way"


def _store() -> Iterator[tuple[bool, str]]:
    from tfd2l.tracking.store import require_writable, tracking_uri

    uri = tracking_uri(None)
    try:
        require_writable(uri)
        yield True, f"store {uri} can be written"
        yield from _runs(uri)
    except TrackingError as error:
        yield False, f"store: {error}"


def _runs(uri: str) -> Iterator[tuple[bool, str]]:
    """Ends runs whose process is gone."""
    from tfd2l.tracking.store import sqlite_file

    file = sqlite_file(uri)
    if file is not None and not file.is_file():
        return  # the first run makes it
    from tfd2l.tracking.find_run import describe_run, runs_where
    from tfd2l.tracking.run_process import ProcessState, end_lost_runs, process_state
    from tfd2l.tracking.tracked_run import client_of

    client = client_of(uri)
    for run in end_lost_runs(client):
        yield True, f"run {describe_run(client.get_run(run.info.run_id))}: its process is gone; it is marked KILLED now"
    running = runs_where(client, "attributes.status = 'RUNNING'")
    live = sum(process_state(run.data.tags) is ProcessState.LIVE for run in running)
    yield True, f"runs: {live} running here, {len(running) - live} RUNNING on other machines, or not known where"


def _data_cache() -> Iterator[tuple[bool, str]]:
    from tfd2l.config.paths import cache_dir

    folder = cache_dir()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0
    yield True, f"data cache {folder}: {size / 1e6:.0f} MB (another place: TFD2L_DATA)"


def _imports() -> Iterator[tuple[bool, str]]:
    with quiet():
        entries = [entry for kind in registry.KINDS for entry in registry.entries(kind) if not find_fault(entry)]
        broken = []
        for entry in entries:
            try:
                entry.load()
            except ComponentError as error:
                broken.append(str(error))
    yield from ((False, text) for text in broken)
    yield True, f"{len(entries) - len(broken)} components import"


def _devices() -> Iterator[tuple[bool, str]]:
    import tensorflow as tf

    devices = [device.name.removeprefix("/physical_device:") for device in tf.config.list_physical_devices()]
    yield True, f"devices: {', '.join(devices)}"
    try:
        value = float(tf.function(lambda x: x * 2.0 + 1.0, jit_compile=True)(tf.constant(1.0)))
        yield value == 3.0, "XLA compiles and computes"
    except tf.errors.OpError as error:
        yield False, f"XLA: {error.message}"


def _bfloat16() -> Iterator[tuple[bool, str]]:
    # In a process of its own: a processor that announces more than it can do kills it.
    done = subprocess.run(
        [sys.executable, "-c", BFLOAT16_PROBE], capture_output=True, timeout=PROBE_SECONDS, check=False
    )
    if done.returncode == -signal.SIGILL:
        yield (
            True,
            (
                "bfloat16 products die with an illegal instruction here: the processor announces AMX but may not use "
                "it. "
                "For bfloat16 set ONEDNN_MAX_CPU_ISA=AVX512_CORE_BF16 (float32 is not affected)"
            ),
        )
    else:
        yield done.returncode == 0, f"bfloat16 products {'work' if done.returncode == 0 else 'fail'}"
