"""Show how the mock understands each operation of a document, and why."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from mockserver.app import Options, domain_of, read_contract
from mockserver.openapi.bindings import MEANINGS, Binding
from mockserver.openapi.guesses import bindings_of
from mockserver.openapi.operation import Operation
from mockserver.operations.extensions import DOMAIN
from specdouble.pointers import written

COLUMNS: Final = ("method", "path", "what it does", "collection", "id", "reason")


class Explanation(NamedTuple):
    """How one operation is understood; ``domain`` is the name of the domain that handles it otherwise."""

    operation: Operation
    binding: Binding
    domain: str | None = None

    def row(self) -> tuple[str, ...]:
        """Return the cells of the operation in the table."""
        address = self.operation.method, self.operation.path
        if self.domain is not None:
            return (*address, "what its domain does", "", "", f"{DOMAIN} is {self.domain}")
        binding = self.binding
        key = binding.item.key if binding.has_items else ""
        return (
            *address,
            MEANINGS[binding.role],
            binding.collection if binding.keeps_state else "",
            key,
            binding.reason,
        )

    def values(self) -> dict[str, Any]:
        """Return the same as JSON, with the places of the item and of its fields as JSON pointers."""
        binding = self.binding
        values: dict[str, Any] = {"method": self.operation.method, "path": self.operation.path}
        if self.domain is not None:
            return {**values, "role": None, "reason": f"{DOMAIN} is {self.domain}"}
        return {
            **values,
            "role": binding.role.value,
            "collection": binding.collection if binding.keeps_state else None,
            "id": binding.item.key if binding.has_items else None,
            "answer": written(binding.answer),
            "body": written(binding.body),
            "reason": binding.reason,
        }


def explanations(spec: Path, options: Options) -> list[Explanation]:
    """Return how each operation of a document is understood; raises the errors of ``create_mock``."""
    contract, _ = read_contract(spec, options.reading)
    domain = domain_of(contract, options)
    contract = domain.override(contract)
    bindings = bindings_of(contract).operations
    name = contract.document.get(DOMAIN)
    handlers = domain.operations.handlers
    return [
        Explanation(operation, bindings[operation.id], name if operation.id in handlers else None)
        for operation in contract.operations.values()
    ]


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows below the names of their columns, each column as wide as its longest cell."""
    lines = [tuple(column.upper() for column in COLUMNS), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
