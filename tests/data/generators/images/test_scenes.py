"""Scenes: who is in front, how much is seen, and that each part of a look can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.data.generators.images import backgrounds as scene_grounds
from tfd2l.data.generators.images.backgrounds import GROUNDS, draw_backgrounds, draw_fractal_noise, stack_rgb
from tfd2l.data.generators.images.scenes import FACTORS, LEAST_SEEN, LOOKS, compute_boxes, draw_scenes
from tfd2l.data.generators.images.shapes import CLASS_NAMES
from tfd2l.data.generators.images.textures import TEXTURES, draw_textures

SIDE = 64
DISC = CLASS_NAMES.index("disc")


def drawn(kinds, looks=0, seed=0, grounds=0):
    kinds = np.asarray(kinds)
    looks, grounds = np.broadcast_to(looks, kinds.shape), np.broadcast_to(grounds, len(kinds))
    return draw_scenes(kinds, looks, grounds, SIDE, np.random.default_rng(seed))


def test_the_first_object_is_in_front_and_the_others_are_seen_enough():
    kinds = np.full((200, 4), DISC)
    together = drawn(kinds)
    assert together.drawn[:, 0].all()
    assert not together.drawn.all()
    sizes = np.stack([(together.owners == number + 1).sum(axis=(1, 2)) for number in range(4)], axis=1)
    assert ((sizes > 0) == together.drawn).all()
    alone = drawn(np.where(np.arange(4) == 0, kinds, -1))
    np.testing.assert_array_equal(alone.owners == 1, together.owners == 1)
    whole = 0.85**2 * np.pi * (0.1 * SIDE) ** 2  # of the smallest disc
    assert sizes[together.drawn].min() > 0.25 * LEAST_SEEN * whole  # a quarter of it lies in the picture at least


def look(**steps):
    return np.ravel_multi_index([steps.get(factor, 0) for factor in FACTORS], tuple(FACTORS.values()))


def surfaces(number, kind="disc"):
    """What is seen of sixty objects of one look: (pixels, 3) each."""
    scenes = drawn(np.full((60, 1), CLASS_NAMES.index(kind)), number)
    return [image[owner > 0] for image, owner in zip(scenes.images, scenes.owners, strict=True)]


def test_every_factor_of_a_look_can_be_seen():
    usual = surfaces(look())

    def area(some):
        return np.mean([len(surface) for surface in some])

    def colour(some):
        return np.mean([surface.mean(axis=0) for surface in some], axis=0)

    def contrast(some):
        return np.mean([surface.std(axis=0).mean() for surface in some])

    assert area(surfaces(look(size=2))) > 2 * area(usual)
    assert np.abs(colour(surfaces(look(hue=2))) - colour(usual)).max() > 60
    for texture in range(1, len(TEXTURES)):
        assert contrast(surfaces(look(texture=texture))) > 1.5 * contrast(usual)
    upright, turned = (drawn(np.zeros((60, 1), int) + CLASS_NAMES.index("half disc"), look(angle=a)) for a in (0, 2))
    mean = [compute_boxes(scenes.owners, 1)[:, 0].mean(axis=0) for scenes in (upright, turned)]
    assert np.abs(mean[0] - mean[1]).max() > 0.01  # its middle is not that of its box


def test_boxes_are_the_extents_of_what_is_seen():
    scenes = drawn(np.full((50, 3), DISC))
    found = compute_boxes(scenes.owners, 3)
    for owners, some in zip(scenes.owners, found, strict=True):
        for number, box in enumerate(some):
            rows, columns = np.nonzero(owners == number + 1)
            expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1] if len(rows) else [0] * 4
            np.testing.assert_allclose(box * SIDE, expected, atol=1e-4)


def test_grounds_differ_and_keep_to_the_range():
    grounds = draw_backgrounds(np.arange(GROUNDS), SIDE, np.random.default_rng(0))
    assert (grounds.shape, grounds.dtype) == ((GROUNDS, SIDE, SIDE, 3), np.float32)
    assert grounds.min() >= -0.01
    assert grounds.max() < 2.5  # a bright line on the lit side; pictures are cut at 1
    assert 0.3 < grounds.mean() < 0.7
    assert np.median(grounds.std(axis=(1, 2, 3))) > 0.08
    with_lines = np.unravel_index(np.arange(GROUNDS), tuple(scene_grounds.FACTORS.values()))[3] > 0
    sharp = np.abs(np.diff(grounds, axis=1)).max(axis=(1, 2, 3))
    assert np.median(sharp[with_lines]) > 1.5 * np.median(sharp[~with_lines])


def test_noise_is_smooth_and_of_mean_a_half():
    noise = draw_fractal_noise(200, SIDE, np.random.default_rng(0))
    assert noise.mean() == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.diff(noise, axis=1)).mean() < 0.5 * noise.std()
    assert (noise.min(), noise.max()) == (0, 1)


def test_hues_are_those_of_the_standard_library():
    import colorsys

    hsv = np.random.default_rng(0).random((100, 3))
    np.testing.assert_allclose(stack_rgb(*hsv.T), [colorsys.hsv_to_rgb(*row) for row in hsv], atol=1e-6)


def test_textures_have_their_period_and_differ():
    u = np.broadcast_to(np.linspace(-1, 1, 81, dtype=np.float32), (1, 81, 81))
    v = np.swapaxes(u, 1, 2)
    made = {
        name: draw_textures(np.array([number]), u, v, np.array([0.5]), np.random.default_rng(0))[0]
        for number, (name, _) in enumerate(TEXTURES)
    }
    for texture in made.values():
        assert texture.dtype == np.float32
        assert texture.min() >= 0
        assert texture.max() <= 1
    assert made["plain"].max() == 0
    np.testing.assert_allclose(made["striped"][:, :-20], made["striped"][:, 20:], atol=1e-3)  # 20 pixels are 0.5
    np.testing.assert_allclose(made["striped"], np.broadcast_to(made["striped"][:1], (81, 81)), atol=1e-6)
    np.testing.assert_allclose(made["dotted"][:-20, :-20], made["dotted"][20:, 20:], atol=1e-3)
    np.testing.assert_allclose(made["checked"][:-20, :-20], made["checked"][20:, 20:], atol=1e-3)
    assert np.abs(made["checked"][:-20] - made["checked"][20:]).mean() > 0.5


def test_looks_and_grounds_are_many():
    assert LOOKS >= 500
    assert GROUNDS >= 250
