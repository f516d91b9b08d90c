"""The pictures of the README."""

import re

import pytest
from PIL import Image

from docs.pictures import FOLDER
from specdouble import OPENAPI

README = OPENAPI.parents[1] / "README.md"
PICTURES = re.findall(r"!\[([^\]]+)\]\((docs/images/[^)]+)\)", README.read_text())


def test_every_picture_is_shown_in_the_readme() -> None:
    assert {path for _, path in PICTURES} == {f"docs/images/{each.name}" for each in FOLDER.iterdir()}


@pytest.mark.parametrize(("said", "path"), PICTURES)
def test_a_picture_is_small_and_said_in_words(said: str, path: str) -> None:
    picture = README.parent / path
    assert len(said) > 30
    assert picture.stat().st_size < 100_000
    if picture.suffix == ".png":
        with Image.open(picture) as opened:
            assert opened.width >= 1200
    else:
        assert "@font-face" not in picture.read_text()
