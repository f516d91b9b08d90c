"""The texts that stand below the fields of a class in the code."""

import ast
from collections.abc import Iterator
from inspect import getsource
from sys import modules


def texts_of(kind: type) -> dict[str, str]:
    """Field → the text below it, in the order of the code; a field without a text is left out."""
    body = ast.parse(getsource(modules[kind.__module__])).body
    (declared,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    return dict(_texts(declared))


def _texts(declared: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node, after in zip(declared.body, declared.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(after, ast.Expr):
            yield node.target.id, str(ast.literal_eval(after.value))
