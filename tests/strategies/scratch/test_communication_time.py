"""Times of section 12.7, in milliseconds."""

from __future__ import annotations

import pytest

from tfd2l.strategies.scratch import communication_time as model

MB, GB = 1e6, 1e9


@pytest.mark.parametrize(
    ("way", "milliseconds"), [(model.one_device, 60), (model.through_cpu, 80), (model.direct, 15), (model.ring, 15)]
)
def test_the_book_example_of_four_gpus(way, milliseconds):
    assert 1000 * way(160 * MB, 16 * GB, 4) == pytest.approx(milliseconds)


def test_the_ring_of_eight_v100():
    book = 2 * 160 / (3 * 18)  # ms, with (n - 1)/n taken as 1
    exact = 1000 * model.ring(160 * MB, 3 * 18 * GB, 8)
    assert book == pytest.approx(5.93, abs=0.005)
    assert exact == pytest.approx(book * 7 / 8)


def test_a_chain_takes_longer_with_every_device_a_ring_hardly():
    chain, ring = ([way(160 * MB, 16 * GB, n) for n in (2, 4, 8, 16)] for way in (model.chain, model.ring))
    assert [later / chain[0] for later in chain] == pytest.approx([1, 3, 7, 15])
    assert [later / ring[0] for later in ring] == pytest.approx([1, 1.5, 1.75, 1.875])  # 2 (n - 1)/n


def test_servers_share_the_work_of_workers():
    one = model.parameter_servers(160 * MB, 16 * GB, workers=16)
    assert one == pytest.approx(16 * model.parameter_servers(160 * MB, 16 * GB, workers=1))  # O(m)
    assert model.parameter_servers(160 * MB, 16 * GB, 16, 4) == pytest.approx(one / 4)  # O(m/n)
    assert model.one_server_a_worker(160 * MB, 16 * GB, 16) == model.one_server_a_worker(160 * MB, 16 * GB, 2)
