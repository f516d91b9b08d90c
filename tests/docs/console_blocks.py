"""Reads the console blocks of a page: commands behind `$ `, each followed by its output."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A command and the output that the page shows."""

    command: str
    output: str


def examples(page: Path) -> list[Example]:
    """Return the commands of a page in their order."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [example for block in blocks for example in _examples(block)]


def _examples(block: str) -> Iterator[Example]:
    # A line that ends in a backslash goes on in the next one.
    for part in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Example(command, output.strip("\n"))
