"""Looks for Python functions in TensorFlow graphs."""

from __future__ import annotations

from collections.abc import Iterable

import tensorflow as tf

PYTHON_OPERATIONS = {"PyFunc", "PyFuncStateless", "EagerPyFunc"}


def require_no_python(datasets: Iterable[tf.data.Dataset], what: str) -> None:
    """Requires datasets to compute in the graph alone.

    Args:
        datasets: The datasets.
        what: The beginning of the message.

    Raises:
        AssertionError: A function of a dataset calls Python: `tf.py_function`, `tf.numpy_function` or
            `Dataset.from_generator`.
    """
    for dataset in datasets:
        graph = tf.compat.v1.GraphDef.FromString(dataset._as_serialized_graph().numpy())
        require_no_python_operations(graph, what)


def require_no_python_operations(graph: tf.compat.v1.GraphDef, what: str) -> None:
    """Requires a graph and its function library to hold no call of Python.

    Args:
        graph: The graph.
        what: The beginning of the message.

    Raises:
        AssertionError: It holds one; the message names the operation.
    """
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    found = [node for node in nodes if node.op in PYTHON_OPERATIONS]
    if found:
        raise AssertionError(
            f"{what} calls Python for every example: slow, and it cannot be exported. Write it with TensorFlow's "
            f"operations, without tf.py_function, tf.numpy_function and from_generator. Received: {found[0].name} "
            f"({found[0].op})"
        )
