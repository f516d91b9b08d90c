"""The site: every link leads somewhere, every page is in the navigation, nothing is loaded from elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from specdouble import OPENAPI

PROJECT = OPENAPI.parents[1]
DOCS = PROJECT / "docs"
PAGES = sorted((*PROJECT.glob("*.md"), *DOCS.rglob("*.md")))
SITE = yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))
MOST_LINES = 150


def entries(part: Any) -> Iterator[str]:
    """The pages that a part of the navigation lists."""
    if isinstance(part, str):
        yield part
    else:
        for child in part.values() if isinstance(part, dict) else part:
            yield from entries(child)


def test_every_page_is_in_the_navigation_and_no_other() -> None:
    assert sorted(entries(SITE["nav"])) == sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_file_that_a_page_links_is_there(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose)
    assert [path for path in linked if not Path(page.parent, path).exists()] == []


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_of_the_site_links_only_pages_of_the_site(page: Path) -> None:
    linked = re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [path for path in linked if DOCS not in Path(page.parent, path).resolve().parents] == []


def test_the_site_loads_nothing_from_elsewhere() -> None:
    assert SITE["theme"]["font"] is False
    assert [path for path in SITE["extra_css"] if not (DOCS / path).is_file()] == []
    assert "extra_javascript" not in SITE


def test_the_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_architecture_names_every_package_and_only_files_that_exist() -> None:
    text = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = [
        path.parent.name for half in ("mockserver", "contracts") for path in PROJECT.glob(f"{half}/*/__init__.py")
    ]
    assert [name for name in packages if f"{name}/" not in text] == []
    files = {path.name for half in ("specdouble", "mockserver", "contracts") for path in (PROJECT / half).rglob("*.py")}
    assert [name for name in re.findall(r"\b[a-z_]+\.py\b", text) if name not in files] == []


def test_every_decision_is_in_the_list() -> None:
    records = DOCS / "decisions"
    listed = re.findall(r"^\d+\. \[.+\]\((.+)\)$", (records / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted(path.name for path in records.glob("0*.md"))


def test_the_glossary_is_in_order() -> None:
    terms = re.findall(r"^\| ([^|]+) \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]
    assert len(terms) > 30
    assert terms == sorted(terms, key=str.lower)
