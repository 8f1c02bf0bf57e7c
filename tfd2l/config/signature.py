"""Read a component's constructor signature from its source, without importing it.

Importing a Keras component costs seconds (TensorFlow); a misspelt key must be answered at once. So the module's
file is found and parsed with `ast`: imports and base classes are followed through files. Only where the source
does not tell (a compiled module, a constructor made at run time) is the component imported and inspected.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from tfd2l.config import types
from tfd2l.config.default_values import UNKNOWN, read_default, to_plain
from tfd2l.config.source import Found, locate, module_file, record_files, resolve
from tfd2l.config.source_cache import source_cache
from tfd2l.registry import Entry

_Taken = tuple[list["Parameter"], bool]  # parameters, and whether any further keyword is taken
WITHOUT_CONSTRUCTOR = ("object", "Protocol", "ABC")


@dataclass(frozen=True)
class Parameter:
    """One keyword of a constructor.

    Args:
        name: The keyword.
        annotation: Its type as source text; None if it has none.
        default: Its default as source text; None if it has none.
        value: Its default as plain data; `UNKNOWN` if it has none, or if the source does not show it.
        module: The module whose source holds it; empty if the component had to be imported.
        file: The file of that module.
        line: The line in that file.
    """

    name: str
    annotation: str | None
    default: str | None
    value: Any = field(default=UNKNOWN, compare=False)
    module: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        text = self.name + (f": {types.format_annotation(self.annotation)}" if self.annotation else "")
        return text if self.default is None else f"{text} = {self.default}"


@dataclass(frozen=True)
class Signature:
    """What a component's constructor takes, and where it stands."""

    parameters: tuple[Parameter, ...]
    open: bool  # takes any further keyword
    docstring: str | None
    file: str
    line: int
    module: str

    def __getitem__(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)

    @property
    def names(self) -> list[str]:
        """The names of all parameters, in order."""
        return [parameter.name for parameter in self.parameters]


def signature_of(entry: Entry) -> Signature:
    """The signature of a registered component.

    Raises:
        ComponentError: it had to be imported, and that failed, or it cannot be called.
    """
    signature = static_signature(entry)
    if signature is not None:
        return signature
    component = entry.load()
    try:
        return _live(component)
    except (TypeError, ValueError) as error:
        raise entry.unusable(f"is not a function or class with a signature: {error}") from error


def static_signature(entry: Entry) -> Signature | None:
    """The signature as the source tells it; None if only an import would. Imports nothing."""
    return _static(entry.module, entry.attribute) if entry.component is None else None


def signature_without_import(entry: Entry) -> Signature | None:
    """The signature of a component that its source shows, or that is imported already; None if there is no such."""
    if entry.component is None:
        return static_signature(entry)
    try:
        return _live(entry.component)
    except (TypeError, ValueError):
        return None


@cache
def _static(module: str, attribute: str) -> Signature | None:
    """Returns the signature as it was kept, or as the source shows it now."""
    file = module_file(module)
    if file is None:
        return None
    key = f"signature {file} {module}:{attribute}"
    kept = _from_plain(source_cache().recall(key))
    if kept is not None:
        return kept
    with record_files() as files:
        signature = _read_signature(module, attribute)
    if signature is not None:
        source_cache().remember(key, files, _to_plain(signature))
    return signature


def _to_plain(signature: Signature) -> dict[str, Any]:
    plain = asdict(signature)
    plain["parameters"] = [
        {key: value for key, value in parameter.items() if value is not UNKNOWN} for parameter in plain["parameters"]
    ]
    return plain


def _from_plain(plain: Any) -> Signature | None:
    try:
        parameters = tuple(Parameter(**parameter) for parameter in plain["parameters"])
        return Signature(**{**plain, "parameters": parameters})
    except (KeyError, TypeError):
        return None  # nothing is kept, or something else


def _read_signature(module: str, attribute: str) -> Signature | None:
    found = locate(module, attribute)
    if found is None or isinstance(found.node, ast.Assign):
        return None
    if isinstance(found.node, ast.FunctionDef):
        taken: _Taken | None = (list(_parameters(found.node.args, found)), found.node.args.kwarg is not None)
    else:
        taken = _constructor(found, found.node)
    if taken is None:
        return None
    return Signature(
        tuple(taken[0]), taken[1], ast.get_docstring(found.node), str(found.file), found.node.lineno, found.module
    )


def _constructor(found: Found, cls: ast.ClassDef) -> _Taken | None:
    """Parameters of a class's `__init__` and whether it takes more; its bases' join where it passes `**kwargs` on."""
    init = next((n for n in reversed(cls.body) if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if init is not None and init.args.kwarg is None:
        return list(_parameters(init.args, found, bound=True)), False
    inherited = _inherited(found, cls)
    if init is None and _is_dataclass(cls):
        fields = {parameter.name: parameter for base, _ in inherited or () for parameter in base}
        return list((fields | {field.name: field for field in _fields(cls, found)}).values()), False
    if inherited is None:
        return None
    own = [] if init is None else list(_parameters(init.args, found, bound=True))
    for parameters, _ in inherited:
        known = {parameter.name for parameter in own}
        own += [parameter for parameter in parameters if parameter.name not in known]
    # What Keras' own classes still take in **kwargs they refuse by name: a misspelt key is told from a real one.
    is_open = any(more for _, more in inherited) if inherited else init is not None
    return own, is_open and not found.module.startswith("keras.")


def _inherited(found: Found, cls: ast.ClassDef) -> list[_Taken] | None:
    """The constructors of the base classes; None if there are some, and the source tells of none."""
    bases = [base for base in cls.bases if ast.unparse(base) not in WITHOUT_CONSTRUCTOR]
    resolved = [of for base in bases if (of := resolve(base, found)) is not None]
    chains = [_constructor(of, of.node) for of in resolved if isinstance(of.node, ast.ClassDef)]
    told = [chain for chain in chains if chain is not None]
    return None if bases and not told else told


def _parameters(arguments: ast.arguments, inside: Found, bound: bool = False) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    gap: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = list(zip(positional, [*gap, *arguments.defaults], strict=True))[bound:]
    for argument, default in [*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
        yield _parameter(argument.arg, _annotation(argument.annotation, inside), default, argument.lineno, inside)


def _fields(cls: ast.ClassDef, inside: Found) -> Iterator[Parameter]:
    for statement in cls.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        annotation, options = _annotation(statement.annotation, inside) or "", _field_options(statement.value)
        if "ClassVar" in annotation or "KW_ONLY" in annotation or options.get("init") == "False":
            continue
        given = not options or options.keys() & {"default", "default_factory"}
        default = statement.value if given else None
        yield _parameter(statement.target.id, annotation, default, statement.lineno, inside)


def _parameter(name: str, annotation: str | None, default: ast.expr | None, line: int, inside: Found) -> Parameter:
    text = None if default is None else ast.unparse(default)
    value = UNKNOWN if default is None else read_default(default, inside)
    return Parameter(name, annotation, text, value, inside.module, str(inside.file), line)


def _field_options(value: ast.expr | None) -> dict[str, str]:
    """The keywords of `field(...)`; empty for a plain default."""
    if not isinstance(value, ast.Call) or not ast.unparse(value.func).endswith("field"):
        return {}
    return {keyword.arg: ast.unparse(keyword.value) for keyword in value.keywords if keyword.arg}


def _is_dataclass(cls: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in cls.decorator_list)


def _annotation(node: ast.expr | None, inside: Found) -> str | None:
    """The annotation's text; names that stand for a type, such as `Mode = Literal["min", "max"]`, are written out."""
    return None if node is None else ast.unparse(_WrittenOut(inside).visit(copy.deepcopy(node)))


class _WrittenOut(ast.NodeTransformer):
    """Puts the types in place of a module's own names for them."""

    def __init__(self, inside: Found) -> None:
        self.inside = inside

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = locate(self.inside.module, node.id) if node.id not in types.KNOWN else None
        if found is None or not isinstance(found.node, ast.Assign) or isinstance(found.node.value, ast.Call):
            return node
        return _WrittenOut(found).visit(copy.deepcopy(found.node.value))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node  # bounds, as they stand


def _live(component: Any) -> Signature:
    live = inspect.signature(component)
    module = str(getattr(component, "__module__", ""))
    parameters = [
        Parameter(
            parameter.name,
            None if parameter.annotation is parameter.empty else _annotation_text(parameter.annotation),
            None if parameter.default is parameter.empty else repr(parameter.default),
            UNKNOWN if parameter.default is parameter.empty else to_plain(parameter.default),
            module,
        )
        for parameter in live.parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    is_open = any(p.kind is p.VAR_KEYWORD for p in live.parameters.values())
    try:
        file, line = inspect.getsourcefile(component) or "?", inspect.getsourcelines(component)[1]
    except (OSError, TypeError):
        file, line = "?", 0
    return Signature(tuple(parameters), is_open, inspect.getdoc(component), file, line, module)


def _annotation_text(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
