"""Commands that run an experiment with a new component."""

from __future__ import annotations

RUN = "python -m tfd2l.pipelines +experiment="
OVERRIDES = {
    "optimizer": "airfoil optimizer={name} optimizer.learning_rate=0.05",
    "schedule": "nli_bert schedule={name} debug=fast",
    "loss": "lenet_fashion_mnist loss={name} debug=fast",
    "metric": "lenet_fashion_mnist +metrics.{name}.name={name} debug=fast",
    "decoder": "lenet_fashion_mnist decoder={name} debug=fast",
    "stage": "airfoil stages.standardize.name={name} debug=fast",
    "callback": "airfoil +callbacks.{name}.name={name}",
    "strategy": "airfoil strategy={name}",
    "report": "airfoil +reports.{name}.name={name}",
}
SHOWN = {"dataset", "model"}  # kinds that no experiment can take as they are


def example_run(kind: str, name: str) -> str:
    """Returns a command that runs an experiment with a component of the kind's template.

    Args:
        kind: Its kind.
        name: Its name.
    """
    if kind in SHOWN:
        return f"tfd2l describe {kind} {name}"
    return RUN + OVERRIDES[kind].format(name=name)
