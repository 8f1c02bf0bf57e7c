"""Read a constructor's signature from its source, following imports and base classes through files."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from tfd2l.config import types
from tfd2l.config.default_values import UNKNOWN, read_default
from tfd2l.config.parameter import Parameter, Signature
from tfd2l.config.source import Found, locate, resolve

_Taken = tuple[list[Parameter], bool]  # parameters, and whether any further keyword is taken
WITHOUT_CONSTRUCTOR = ("object", "Protocol", "ABC")


def read_signature(module: str, attribute: str) -> Signature | None:
    """Returns the signature of a function or a class; None if the source does not show it."""
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
