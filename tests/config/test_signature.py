"""A constructor's signature is read from source, as Python would see it, without an import."""

from __future__ import annotations

import itertools
import textwrap

import pytest

from tfd2l import registry
from tfd2l.config.signature import signature_of, static_signature
from tfd2l.errors import ComponentError
from tfd2l.registry import Entry

_number = itertools.count()


@pytest.fixture
def written(install):
    """A function that writes modules and gives the entry of `Component` in the first of them."""

    def write(**modules):
        prefix = f"written_{next(_number)}"
        names = [f"{prefix}_{name}" for name in modules]
        files = {
            f"{full}.py": textwrap.dedent(text).replace("PREFIX", prefix)
            for full, text in zip(names, modules.values(), strict=True)
        }
        install(f"x-{prefix}", {"tfd2l.loss": {"written": f"{names[0]}:Component"}}, files)
        return Entry("loss", "written", f"x-{prefix}", "1.0", f"{names[0]}:Component")

    return write


def shown(signature):
    """The parameters as text, `**` at the end if any further keyword is taken."""
    return ", ".join([*map(str, signature.parameters), *(["**"] if signature.open else [])])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def Component(a, b: int = 2, *, c: str | None = None): ...", "a, b: int = 2, c: str | None = None"),
        ("def Component(a, /, b=1, **rest): ...", "a, b = 1, **"),
        ("def Component(*many, c): ...", "c"),
        ("def Component(a): ...\ndef Component(b): ...", "b"),
        ("class Component:\n    def __init__(self, a: float = 1e-3): ...", "a: float = 0.001"),
        ("class Component:\n    def __init__(self, a, **rest): ...", "a, **"),
        ("class Component: ...", ""),
        (
            """
            class Base:
                def __init__(self, a, b=1): ...
            class Component(Base): ...
            """,
            "a, b = 1",
        ),
        (
            """
            class Base:
                def __init__(self, a, b=1): ...
            class Component(Base):
                def __init__(self, b=2, **rest): ...
            """,
            "b = 2, a",
        ),
        (
            """
            class Base:
                def __init__(self, a, **rest): ...
            class Component(Base):
                def __init__(self, b, **rest): ...
            """,
            "b, a, **",
        ),
        (
            """
            class One:
                def __init__(self, a=1, **rest): ...
            class Two:
                def __init__(self, b=2): ...
            class Component(One, Two):
                def __init__(self, **rest): ...
            """,
            "a = 1, b = 2, **",
        ),
        (
            """
            from dataclasses import dataclass, field
            from typing import ClassVar
            @dataclass(frozen=True)
            class Base:
                a: int
                b: list[int] = field(default_factory=list)
            @dataclass
            class Component(Base):
                kind: ClassVar[str] = "x"
                made: int = field(init=False, default=0)
                b: list[int] = field(default_factory=lambda: [1])
                c: str = "c"
            """,
            "a: int, b: list[int] = field(default_factory=lambda: [1]), c: str = 'c'",
        ),
        (
            """
            from typing import Literal
            Mode = Literal["min", "max"]
            def Component(mode: Mode = "min"): ...
            """,
            "mode: Literal['min', 'max'] = 'min'",
        ),
    ],
    ids=[
        "function",
        "open-function",
        "keyword-only",
        "defined-twice",
        "class",
        "open-class",
        "no-constructor",
        "inherited-constructor",
        "joined-with-base",
        "open-base",
        "two-bases",
        "dataclass",
        "alias-of-a-type",
    ],
)
def test_a_signature_is_read_from_one_file(written, source, expected):
    assert shown(static_signature(written(only=source))) == expected


@pytest.mark.parametrize(
    ("statement", "base"),
    [
        ("from PREFIX_base import Base", "Base"),
        ("from PREFIX_base import Base as Other", "Other"),
        ("import PREFIX_base", "PREFIX_base.Base"),
        ("import PREFIX_base as other", "other.Base"),
        ("from PREFIX_again import Base", "Base"),
    ],
    ids=["import", "renamed", "module", "module-renamed", "re-export"],
)
def test_base_classes_are_followed_through_imports(written, statement, base):
    entry = written(
        only=f"{statement}\nclass Component({base}):\n    def __init__(self, own, **rest): ...",
        base="class Base:\n    def __init__(self, inherited: int = 3): ...",
        again="from PREFIX_base import Base",
    )
    assert shown(static_signature(entry)) == "own, inherited: int = 3"


def test_relative_imports_are_followed_inside_a_package(install):
    files = {
        "x_relative/__init__.py": "from .deep.component import Component\n",
        "x_relative/base.py": "class Base:\n    def __init__(self, size: int = 1): ...\n",
        "x_relative/deep/__init__.py": "",
        "x_relative/deep/component.py": "from ..base import Base\nclass Component(Base):\n    '''Told.'''\n",
    }
    site = install("x-relative", {"tfd2l.loss": {"relative": "x_relative:Component"}}, files)
    signature = static_signature(registry.find("loss", "relative"))
    assert shown(signature) == "size: int = 1"
    assert signature.docstring == "Told."
    assert (signature.file, signature.line) == (str(site / "x_relative/deep/component.py"), 2)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def make():\n    def inner(a, b=2): 'Made.'\n    return inner\nComponent = make()", "a, b = 2"),
        ("Component = type('Component', (), {'__init__': lambda self, a, *, b=1, **rest: None})", "a, b = 1, **"),
        ("import collections\nclass Component(collections.namedtuple('Base', 'a b')): ...", "a, b"),
        ("import functools\nComponent = functools.partial(lambda a, b: 0, b=3)", "a, b = 3"),
    ],
    ids=["closure", "class-made-at-run-time", "base-made-at-run-time", "partial"],
)
def test_what_the_source_does_not_tell_is_imported_and_inspected(written, source, expected):
    entry = written(only=source)
    assert static_signature(entry) is None
    assert shown(signature_of(entry)) == expected


def test_what_cannot_be_called_is_refused(written):
    with pytest.raises(ComponentError, match=r"is not a function or class with a signature.*entry point tfd2l\.loss"):
        signature_of(written(only="Component = 3"))


def test_a_sessions_component_is_inspected():
    @registry.register("loss", "session_loss")
    def session_loss(weight: float = 0.5, **rest):
        """Of this session."""

    try:
        signature = signature_of(registry.find("loss", "session_loss"))
    finally:
        registry.unregister("loss", "session_loss")
    assert shown(signature) == "weight: float = 0.5, **"
    assert signature.docstring == "Of this session."
    assert signature.file == __file__


def test_keras_is_read_without_being_imported(python):
    script = """
from tfd2l.config.signature import static_signature
from tfd2l.registry import Entry, find
def show(entry):
    signature = static_signature(entry)
    print(' '.join(signature.names), signature.open)
show(find('optimizer', 'ademamix'))
show(Entry('optimizer', 'lion', 'keras', '3', 'keras.optimizers:Lion'))
show(Entry('callback', 'stop', 'keras', '3', 'keras.callbacks:EarlyStopping'))
"""
    done = python("-c", script)
    assert done.code == 0, done.err
    ademamix, lion, stop = (line.split() for line in done.out.splitlines())
    assert {"beta_3", "alpha", "ramp_steps", "clipnorm", "global_clipnorm", "ema_momentum"} <= set(ademamix)
    assert {"learning_rate", "beta_1", "beta_2", "clipnorm"} <= set(lion)
    assert {"monitor", "patience", "restore_best_weights"} <= set(stop)
    assert {line[-1] for line in (ademamix, lion, stop)} == {"False"}  # a misspelt keyword is refused
    assert done.heavy == []
