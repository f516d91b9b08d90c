"""The page on profiles has every key that a profile may have."""

import msgspec
import pytest

from contracts.profile.models import Profile
from docs.generators import profile
from docs.generators.docstrings import texts_of


@pytest.mark.parametrize("kind", profile.PARTS, ids=lambda kind: kind.__name__)
def test_every_key_says_what_it_means(kind: type) -> None:
    assert set(texts_of(kind)) >= {each.name for each in msgspec.structs.fields(kind)}


def test_no_part_of_a_profile_is_left_out() -> None:
    known: set[type] = {Profile}
    waiting: list[type] = [Profile]
    while waiting:
        for part in _parts(msgspec.inspect.type_info(waiting.pop())):
            if part not in known:
                known.add(part)
                waiting.append(part)
    assert known - set(profile.PARTS) == {part for part in known if part.__name__ == "Rounding"}


def _parts(node: object) -> set[type]:
    """The kinds of struct in a type, at any depth but its own."""
    if isinstance(node, msgspec.inspect.StructType):
        return {node.cls}.union(*(_parts(each.type) for each in node.fields))
    inner = [getattr(node, name, None) for name in ("item_type", "key_type", "value_type")]
    return set().union(*(_parts(each) for each in (*inner, *getattr(node, "types", ())) if each is not None))
