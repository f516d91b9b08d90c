"""The schemas of the responses of real documents."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.documents.sources import sources
from mockserver.openapi import reader
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from specdouble import document
from specdouble.yaml_reader import SpecError


def response_schemas(folder: Path, extracted: Path) -> Iterator[tuple[str, Specification, Schema]]:
    """Yield the place, the document and the schema of every response of the documents in a folder."""
    for source in sources(folder, extracted):
        try:
            contract = reader.read(document.read(source.path).content)
        except SpecError:
            continue  # the benchmark of documents counts those that cannot be served
        visited: set[int] = set()
        for operation in contract.operations.values():
            for status, response in operation.documented.items():
                for media_type, media in response.content.items():
                    if media.schema is not None and id(media.schema) not in visited:
                        visited.add(id(media.schema))
                        place = f"{source.name}: {operation.method} {operation.path} {status} {media_type}"
                        yield place, contract, media.schema
