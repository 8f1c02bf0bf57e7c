"""Logs modelled times of gradient exchange over the number of devices."""

from __future__ import annotations

from matplotlib.ticker import LogLocator, MaxNLocator

from tfd2l.config.ranges import PositiveFloat
from tfd2l.plots.figure import new_figure
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.strategies.scratch.communication_time import TOPOLOGIES

MEGA, GIGA, MILLI = 1e6, 1e9, 1e-3
LINES = {"through one server": "--", "chain": ":", "direct": "--"}  # some have the times of another


def communication_times(
    run: FinishedRun, megabytes: PositiveFloat | None = 160, bandwidth: PositiveFloat = 16, max_devices: int = 16
) -> None:
    """Logs the modelled time of one exchange of gradients over the number of devices.

    These are not times of this run, whose devices are halves of one processor, but what the links of a larger machine
    would need.

    Args:
        run: The finished run; supplied by the experiment.
        megabytes: size of all gradients; the book's example has 160. None takes those of the run's model.
        bandwidth: GB/s of a link, each way; 16 is PCIe 3.0 x16.
        max_devices: as far as the figure goes.

    References:
        Section 12.7.
    """
    if megabytes is None:
        values = [variable.value for variable in run.trained.trainable_variables]
        megabytes = sum(value.dtype.size * value.shape.num_elements() for value in values) / MEGA
    devices = list(range(2, max_devices + 1))
    times = {
        name: [seconds(megabytes * MEGA, bandwidth * GIGA, count) / MILLI for count in devices]
        for name, seconds in TOPOLOGIES.items()
    }
    figure = new_figure(6.5, 4.2)
    axes = figure.subplots()
    for name, milliseconds in times.items():
        axes.plot(devices, milliseconds, LINES.get(name, "-"), label=name)
    axes.set(xlabel="devices", ylabel="ms (modelled)", title=f"Exchange of {megabytes:g} MB over {bandwidth:g} GB/s")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    run.artifacts.log_figure(figure, "figures/communication_times.png")
    rounded = {f"{name}, ms": [round(value, 3) for value in column] for name, column in times.items()}
    run.artifacts.log_table({"devices": devices, **rounded}, "tables/communication_times.json")
