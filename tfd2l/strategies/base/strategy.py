"""The base class of strategies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import tensorflow as tf

from tfd2l.strategies.base.protocols import GradientFunction
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.strategies.base.sums import Sums, split_rows

DEFAULT = tf.distribute.get_strategy()  # no distribution
Pending = Callable[[], Any]
Submit = Callable[[Any], Pending]
Compute = Callable[[Any], Any]


class Strategy:
    """Runs training and evaluation steps, on one device or many.

    A batch is always the whole (global) batch, whatever the number of devices: each of `num_replicas` replicas takes
    its share of the rows, and what they compute is summed. So the same data and seed give the same steps on any
    number of devices.

    Args:
        distribution: TensorFlow's own, in whose scope variables are made.
    """

    in_flight = 1  # steps under way at once; more than one come back in their order, but see each other's updates
    in_process = True  # steps run in this process, so that several can be taken in one go
    is_chief = True  # one process of a cluster logs, saves and exports

    def __init__(self, distribution: tf.distribute.Strategy) -> None:
        self.distribution = distribution

    @property
    def num_replicas(self) -> int:
        """Number of copies of the model that share a batch."""
        return int(self.distribution.num_replicas_in_sync)

    @property
    def devices(self) -> list[str]:
        """Names of the devices where replicas compute."""
        if self._is_default:
            return [(tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU"))[0].name]
        return list(self.distribution.extended.worker_devices)

    @property
    def is_local(self) -> bool:
        """Whether variables are ordinary ones, on one device of this process."""
        return self._is_default or isinstance(self.distribution, tf.distribute.OneDeviceStrategy)

    @property
    def _is_default(self) -> bool:
        return self.distribution is DEFAULT

    def describe(self, batch_spec: ElementSpec) -> str:
        """Describes devices and global batch for the log."""
        rows = tf.nest.flatten(batch_spec)[0].shape[0]
        devices = ", ".join(name.rpartition("/device:")[2] for name in self.devices)
        if self.num_replicas == 1:
            return devices
        each = "unknown" if rows is None else f"{rows // self.num_replicas} a replica"
        return f"{devices}; global batch {rows} = {each} x {self.num_replicas} replicas"

    def scope(self) -> AbstractContextManager[Any]:
        """Returns the scope in which model and optimizer are built."""
        return self.distribution.scope()

    def prepare(self, gradients_of: GradientFunction, batch_spec: ElementSpec) -> None:
        """Refuses what this strategy cannot do, before anything is traced.

        Raises:
            ConfigError: model, batch or options do not go with the strategy.
        """

    def compile(self, compute: Compute, finish: Compute, batch_spec: ElementSpec) -> Submit:
        """Compiles `finish(compute(batch))` to one graph for every batch of an element spec.

        Args:
            compute: what each replica does with the batch; all come to the same result.
            finish: what is done once with the result, outside of the replicas.
            batch_spec: unknown dimensions stay unknown.

        Returns:
            A function that starts on a batch, and returns a function that waits for the result of `finish`.
        """

        def compute_and_finish(batch: Structure) -> Any:
            return finish(self.run(compute, batch))

        # TensorFlow warns of retracing by a function's code, which all runs of a process share; a partial has none.
        run = tf.function(partial(compute_and_finish), input_signature=[batch_spec])

        def submit(batch: Structure) -> Pending:
            result = run(batch)
            return lambda: result

        submit.function = run  # type: ignore[attr-defined]
        return submit

    def run(self, compute: Compute, batch: Structure) -> Any:
        """Computes in every replica, inside of a graph, and returns the result of the first, which all share."""
        result = self.distribution.run(compute, args=(batch,))
        return tf.nest.map_structure(lambda value: self.distribution.experimental_local_results(value)[0], result)

    def differentiate(self, gradients_of: GradientFunction, batch: Structure) -> tuple[Sums, list[tf.Tensor]]:
        """Computes, in a replica, the sums over the whole batch and the new state of the model.

        Args:
            gradients_of: forward and backward for some rows.
            batch: the whole batch.
        """
        rows = self.rows(batch)
        (whole,) = self.sum([gradients_of.weight(rows)])
        sums, state = gradients_of(rows, whole, replica=self.replica)
        return self.sum(sums), state

    def rows(self, batch: Structure) -> Any:
        """Returns a replica's share of the batch, inside of it."""
        if self.num_replicas == 1:
            return batch
        return tf.nest.map_structure(lambda value: split_rows(value, self.num_replicas)[self.replica], batch)

    @property
    def replica(self) -> Any:
        """Number of a replica, inside of it; from 0 up."""
        return 0 if self.num_replicas == 1 else tf.distribute.get_replica_context().replica_id_in_sync_group

    def sum(self, values: Structure) -> Any:
        """Sums every tensor of a structure over all replicas, inside of one; None stays None."""
        if self.num_replicas == 1:
            return values
        tensors = [value for value in tf.nest.flatten(values) if value is not None]
        summed = iter(tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, tensors))
        return tf.nest.map_structure(lambda value: None if value is None else next(summed), values)

    def update_if(self, condition: tf.Tensor, update: Callable[..., None], values: tuple[Any, ...]) -> None:
        """Calls `update(*values)` in every replica if a condition holds that is the same in all of them.

        The condition is evaluated outside of the replicas: inside, an optimizer may want all of them at once, which
        TensorFlow refuses in a branch that only one has entered.

        Args:
            condition: (), bool; computed in a replica.
            update: changes variables.
            values: tensors in any structure, None among them.
        """
        leaves = tf.nest.flatten(values)
        tensors = [leaf for leaf in leaves if leaf is not None]

        def update_in_replica(*present: object) -> None:
            there = iter(present)
            update(*tf.nest.pack_sequence_as(values, [None if leaf is None else next(there) for leaf in leaves]))

        def outside(distribution: tf.distribute.Strategy, condition: object, *tensors: object) -> None:
            tf.cond(
                distribution.experimental_local_results(condition)[0],
                lambda: distribution.extended.call_for_each_replica(update_in_replica, args=tensors),
                lambda: None,
            )

        tf.distribute.get_replica_context().merge_call(outside, args=(condition, *tensors))

    def close(self) -> None:
        """Ends the processes that the strategy has started."""
