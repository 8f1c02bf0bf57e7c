"""Names that are offered, and what a mistake is worth as an exit code."""

from __future__ import annotations

import pytest

from tfd2l import errors


@pytest.mark.parametrize(
    ("received", "known", "expected"),
    [
        ("adamww", ["sgd", "adam", "adamw"], "adamw"),
        ("AdamW", ["sgd", "adamw"], "adamw"),
        ("early-stopping", ["early_stopping"], "early_stopping"),
        ("Yogi", ["YOGI"], "YOGI"),
        ("betas", ["beta_2", "beta_1"], "beta_1"),
        ("xyz", ["sgd", "adamw"], None),
        ("adamw", [], None),
        ("", ["adamw"], None),
    ],
)
def test_the_nearest_name_is_found_whatever_its_case_or_dashes(received, known, expected):
    assert errors.nearest(received, known) == expected


def test_a_near_name_is_offered_as_it_would_be_typed():
    assert errors.did_you_mean("epoch", ["epochs", "seed"], "trainer.") == " Did you mean 'trainer.epochs'?"


def test_nothing_is_offered_when_nothing_is_near():
    assert errors.did_you_mean("xyz", ["epochs"]) == ""


@pytest.mark.parametrize(("names", "told"), [({"b", "a"}, "a, b"), ([], "(none)")])
def test_a_listing_is_sorted_and_says_when_it_is_empty(names, told):
    assert errors.listing(names) == told


@pytest.mark.parametrize("kind", ["ConfigError", "ComponentError", "DataError", "TrackingError"])
def test_a_users_mistake_exits_2(kind):
    assert getattr(errors, kind)("text").exit_code == 2
