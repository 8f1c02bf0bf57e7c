"""The protocols of models: which built-in models have them, and what an error says of one that does not."""

from __future__ import annotations

import inspect
import typing

import keras
import pytest

from tfd2l.errors import ComponentError
from tfd2l.models.base.protocols import BUILT_IN, HasPatches, HasWordVectors, members_of, require_model
from tfd2l.registry import entries


def classes() -> dict[str, type]:
    """Returns name of a built-in model -> the class that it says it returns."""
    loaded = {entry.name: entry.load() for entry in entries("model") if entry.owner.startswith("tfd2l ")}
    return {name: typing.get_type_hints(model).get("return", model) for name, model in loaded.items()}


def members(model: type) -> set[str]:
    """Returns the names of the methods of a class, and of the attributes that its bodies set."""
    sources = [inspect.getsource(part) for part in model.__mro__ if part.__module__.startswith("tfd2l.")]
    lines = [line.partition("self.")[2] for source in sources for line in source.splitlines()]
    assigned = {line.partition(" =")[0].partition(":")[0] for line in lines if " = " in line}
    return set(dir(model)) | assigned


@pytest.mark.parametrize("protocol", BUILT_IN, ids=lambda protocol: protocol.__name__)
def test_the_models_that_an_error_names_are_those_that_have_it(protocol):
    having = {name for name, model in classes().items() if set(members_of(protocol)) <= members(model)}
    assert having == set(BUILT_IN[protocol])


def test_a_model_that_lacks_a_member_is_refused_with_those_that_have_it():
    with pytest.raises(ComponentError) as caught:
        require_model(keras.Sequential(), HasPatches, "report.mine")
    assert str(caught.value) == (
        "report.mine needs a model with `grid` and `attention_weights` (protocol HasPatches). Built-in models that "
        "have it: vit. Choose one of them, or leave it out. Received: model Sequential"
    )


def test_a_model_of_a_plugin_has_a_protocol_by_its_methods():
    class Vectors:
        def word_vectors(self, data): ...

    model = Vectors()
    assert require_model(model, HasWordVectors, "report.mine") is model
