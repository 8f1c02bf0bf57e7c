"""Serves the model of a run over HTTP: MLflow's scoring server, in this environment, on the store of this checkout."""

from __future__ import annotations

import argparse
import errno
import json
import math
import shlex
import socket
import sys
from typing import TYPE_CHECKING, Any

from tfd2l.cli.prediction.stored_model import StoredModel, find_model
from tfd2l.cli.prediction.writers import replace_non_finite
from tfd2l.errors import TrackingError
from tfd2l.quiet import quiet

if TYPE_CHECKING:
    from fastapi import FastAPI

FIRST_PORT = 5001  # beside `tfd2l ui`
PORTS = 100  # that are tried
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # an address to listen on -> one to ask
JSON_TYPE = "Content-Type: application/json"


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l serve RUN [--port N] [--host NAME] [--uri URI]`."""
    parser.add_argument("run", metavar="RUN", help="run id, the start of one, or 'latest'")
    parser.add_argument("--port", type=int, help=f"default: the first free one from {FIRST_PORT} on")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")
    parser.add_argument("--uri", help="the store; default: MLFLOW_TRACKING_URI, else that of this checkout")


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is stopped."""
    model = find_model(arguments.run, arguments.uri)
    with _listen(arguments.host, arguments.port) as listening:
        _serve(model, listening, arguments.host)
    return 0


def _listen(host: str, port: int | None) -> socket.socket:
    """Takes a port before anything is loaded: the one that is wanted, or the first free one."""
    ports = range(FIRST_PORT, FIRST_PORT + PORTS) if port is None else [port]
    fault: Exception | None = None
    for one in ports:
        try:
            family = socket.getaddrinfo(host, one, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((host, one), family=family)
        except (OSError, OverflowError) as error:
            fault = error
            if getattr(error, "errno", None) != errno.EADDRINUSE:
                break
    reason = str(getattr(fault, "strerror", None) or fault).partition(" (while")[0].rstrip(".")
    typed = "" if port is None else f" --port {port}"
    raise TrackingError(
        f"{host}, port {one} cannot be listened on: {reason}. Choose another with --port; without it, the first free "
        f"one from {FIRST_PORT} on is taken. Received: --host {host}{typed}"
    ) from fault


def _serve(model: StoredModel, listening: socket.socket, host: str) -> None:
    import uvicorn

    print("Loading the model ...", file=sys.stderr)
    app = build_app(model)
    port = listening.getsockname()[1]
    address = EVERYWHERE.get(host, host)
    address = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"

    class Server(uvicorn.Server):
        """Says where it is once it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"Serving run {model.run_id} at {address}\nStop with Ctrl-C. Ask it:\n", flush=True)
            print(f"  {format_request(model, address)}", flush=True)

    try:
        Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    except KeyboardInterrupt:
        print("\nStopped.")


def build_app(model: StoredModel) -> FastAPI:
    """Returns MLflow's scoring server for a model, which is loaded and has answered its own example."""
    from mlflow.pyfunc import scoring_server

    served = _JsonModel(model.load())
    example = model.metadata.load_input_example(str(model.folder))
    if example is not None:
        with quiet():  # TensorFlow has notices on the first use of a graph
            served.predict(example)
    app: FastAPI = scoring_server.init(served)
    return app


class _JsonModel:
    """A model that speaks JSON: null is refused as an input, which MLflow would read as the text "None".

    In its predictions null stands where a number is NaN or infinite.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.metadata = model.metadata

    def predict(self, data: Any) -> Any:
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import BAD_REQUEST

        for name in data:
            if any(value is None or (isinstance(value, float) and math.isnan(value)) for value in data[name]):
                raise MlflowException(f"{name} is null. Received: {list(data[name])}", error_code=BAD_REQUEST)
        predictions = self._model.predict(data)
        rows, _ = replace_non_finite(predictions.to_dict("records"))
        return rows


def format_request(model: StoredModel, address: str) -> str:
    """Returns a command that asks the server for a prediction, with the model's own inputs.

    Args:
        model: that is served; its input example gives the values.
        address: of the server.
    """
    example = model.metadata.load_input_example(str(model.folder))
    images = [name for name, one in model.inputs.items() if one.is_image]
    row = {} if example is None else {name: example[name].tolist()[0] for name in model.inputs}
    values = {name: "FILE" if name in images else row.get(name, one.placeholder) for name, one in model.inputs.items()}
    body = json.dumps({"dataframe_records": [values]}, ensure_ascii=False)
    ask = f"curl {address}/invocations -H {shlex.quote(JSON_TYPE)} -d"
    if len(images) != 1:
        return f"{ask} {shlex.quote(body)}"
    before, after = body.split("FILE", 1)
    content = "base64 < FILE.png | tr -d '\\n'"
    return f"(printf %s {shlex.quote(before)}; {content}; printf %s {shlex.quote(after)}) | {ask} @-"
