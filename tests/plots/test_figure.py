"""Figures: text of users is never markup, sizes are bounded, nobody's settings are changed."""

from __future__ import annotations

import logging
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from tfd2l.plots.figure import MOST_PIXELS, new_figure, new_panels, save_figure
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import COLORS, LINES, series_style
from tfd2l.plots.text import Formula, clean_text, plain_number, shorten

NAMES = ["$50_$100_", r"C:\frac{a", "a_b^c", "_background_", "$$", r"\$5 {x}", "100%", "#&~"]


def drawn(figure):
    figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize("name", NAMES)
def test_names_are_drawn_as_they_are_wherever_they_stand(name):
    figure = new_figure(5, 4)
    axes = figure.subplots()
    axes.set(title=name, xlabel=name, ylabel=name)
    axes.set_xticks([0, 1], [name, name])
    axes.text(0, 0, name)
    (line,) = axes.plot([0, 1], [1, 2], label=name)
    legend = add_legend(axes, [line], [name], title=name)
    figure.suptitle(name)
    drawn(figure)
    texts = [text for text in figure.findobj(Text) if text.get_text() == name]
    assert len(texts) == 11  # a tick has two labels, one of them not shown
    assert [text.get_text() for text in legend.get_texts()] == [name]
    assert not any(text.get_parse_math() or text.get_usetex() for text in texts)


def test_a_formula_of_ours_is_one_in_a_title_a_tick_and_a_legend():
    figure = new_figure(4, 3)
    axes = figure.subplots()
    axes.set_title(Formula(r"$\beta^t$"))
    axes.plot([1, 2], label=Formula("$x_1$"))
    (text,) = axes.legend().get_texts()
    drawn(figure)
    assert text.get_parse_math()
    assert axes.title.get_parse_math()


def test_a_logarithmic_axis_has_powers_in_plain_text():
    figure = new_figure(4, 3)
    axes = figure.subplots()
    axes.loglog([1e-3, 1e3], [1, 1e5])
    drawn(figure)
    labels = {label.get_text() for label in axes.get_xticklabels()}
    assert {"10⁻²", "10⁰", "10²"} <= labels
    assert not any("$" in label for label in labels)


@pytest.mark.parametrize(
    ("given", "plain"),
    [(r"$\mathdefault{10^{-2}}$", "10⁻²"), (r"$\mathdefault{2\times10^{3}}$", "2×10³"), ("", ""), ("5", "5")],
)
def test_numbers_in_mathtext_become_plain(given, plain):
    assert plain_number(given) == plain


def test_what_cannot_be_drawn_becomes_visible_or_goes():
    assert (
        clean_text("a\x00b\tc\x7f\r\nd\ud800\u200be\ufeff")
        == "a␀b c\N{REPLACEMENT CHARACTER}\nd\N{REPLACEMENT CHARACTER}e"
    )
    figure = new_figure(4, 3)
    axes = figure.subplots()
    axes.set_xticks([0, 1], ["\x07bell", "\ud800"])
    drawn(figure)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["␇bell", "\N{REPLACEMENT CHARACTER}"]


def test_long_names_keep_their_ends():
    assert shorten("short \n name  it is") == "short name  it is"
    assert len(shorten("x" * 200 + "end")) == 40
    assert shorten("x" * 200 + "end").endswith("end")


def test_characters_that_no_font_has_are_logged_once_and_warn_of_nothing(caplog, tmp_path):
    figure = new_figure(4, 3)
    figure.subplots().set_title("x \U000e0fff")
    with caplog.at_level(logging.WARNING), warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(figure)
        save_figure(figure, tmp_path / "boxes.png")
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert "U+E0FFF" in told[0]
    assert "drawn as boxes" in told[0]


@pytest.mark.parametrize("size", [(500, 2), (3, 900), (600, 700)])
def test_no_side_of_a_saved_figure_is_longer_than_the_limit(size, tmp_path):
    figure = new_figure(*size)
    axes = figure.subplots()
    axes.text(1.5, 0.5, "far outside" * 40, transform=axes.transAxes)
    save_figure(figure, tmp_path / "large.png")
    assert max(imread(tmp_path / "large.png").shape) <= MOST_PIXELS + 1


def test_nothing_is_cut_off_that_stands_beyond_the_axes(tmp_path):
    figure = new_figure(5, 4)
    grid = figure.subplots(2, 2)
    for axes in grid.flat:
        image = axes.imshow(np.eye(3))
        axes.set_yticks(range(3), ["a long name of a token"] * 3)
        axes.set_ylabel("what the rows are")
    figure.colorbar(image, ax=list(grid.flat))
    save_figure(figure, tmp_path / "whole.png")
    pixels = imread(tmp_path / "whole.png")[..., :3]
    edges = [pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]
    assert all((edge == 1).all() for edge in edges)  # a white margin around all that is drawn


def test_a_figure_of_a_stranger_is_saved_within_the_limit_too(tmp_path):
    figure = Figure(figsize=(80, 3))
    figure.subplots().set_title("$x^2$")
    save_figure(figure, tmp_path / "stranger.png")
    assert max(imread(tmp_path / "stranger.png").shape) <= MOST_PIXELS + 1


def test_settings_of_the_user_do_not_count_and_are_not_changed(tmp_path):
    with mpl.rc_context({"text.usetex": True, "font.size": 30, "axes.facecolor": "black"}):
        before = dict(mpl.rcParams)
        figure = new_figure(3, 2)
        axes = figure.subplots()
        axes.set_title("plain_title")
        axes.plot([0, 1])
        save_figure(figure, tmp_path / "own.png")
        assert dict(mpl.rcParams) == before
    assert axes.title.get_usetex() is False
    assert axes.get_facecolor() == (1, 1, 1, 1)
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


@pytest.mark.parametrize(("count", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (3, 3))])
def test_panels_stand_at_most_three_in_a_row(count, shape):
    figure, axes = new_panels(count, 2, 1)
    assert len(figure.axes) == len(axes) == count
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == shape
    assert tuple(figure.get_size_inches()) == (2 * shape[1], shape[0])


def test_more_panels_than_a_figure_holds_are_refused():
    with pytest.raises(ValueError, match=r"Received: count=0"):
        new_panels(0, 1, 1)


def test_a_legend_of_many_is_bounded_and_says_so():
    figure = new_figure(4, 3)
    axes = figure.subplots()
    lines = [axes.plot([0, number])[0] for number in range(30)]
    legend = add_legend(axes, lines, [f"_{number}" for number in range(30)], max_entries=3)
    assert [text.get_text() for text in legend.get_texts()] == ["_0", "_1", "_2", "and 27 more"]


def test_no_two_of_many_lines_look_alike():
    styles = [(style["color"], style["linestyle"]) for style in map(series_style, range(28))]
    assert len(set(styles)) == 28 == len(COLORS) * len(LINES)
    figure = new_figure(4, 3)
    axes = figure.subplots()
    lines = [axes.plot(np.arange(2) * number)[0] for number in range(28)]
    assert [(line.get_color(), line.get_linestyle()) for line in lines] == styles
