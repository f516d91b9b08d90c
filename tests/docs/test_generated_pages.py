"""The reference pages show what the code says: a page that differs from its generator is out of date."""

import click
import msgspec
import pytest

from contracts.cli.commands import main as contracts_command
from contracts.cli.options import REPORTS
from contracts.client.target import Safety
from docs.generators import contracts_command as contracts_page
from docs.generators import control_api, extensions, python_api, report_formats
from docs.generators.markdown import REFERENCE, cell, sentence
from docs.generators.pages import GENERATORS, Generator
from mockserver.cli import main as mock_command
from mockserver.control.faults import FaultRequest
from specdouble.extensions import EXTENSIONS
from tests.mockserver.support import mock_of


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.PAGE.stem)
def test_a_page_is_as_its_generator_writes_it(generator: Generator) -> None:
    assert generator.PAGE.read_text(encoding="utf-8") == generator.page(), "run: python -m docs.generators"


def test_every_reference_page_has_a_generator() -> None:
    assert {generator.PAGE for generator in GENERATORS} == set(REFERENCE.glob("*.md"))


@pytest.mark.parametrize(
    "command", [mock_command, *contracts_command.commands.values()], ids=lambda command: command.name
)
def test_every_option_that_the_help_shows_is_on_the_page(command: click.Command) -> None:
    name = "mockserver" if command is mock_command else "contracts"
    page = (REFERENCE / f"{name}.md").read_text(encoding="utf-8")
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    assert options
    assert [option.name for option in options if f"`{option.opts[0]}`" not in page] == []


def test_hidden_options_stay_off_the_page() -> None:
    assert "--lifeline" not in contracts_page.page()


def test_every_safety_level_is_described() -> None:
    assert list(contracts_page.LEVELS) == list(Safety)


def test_every_route_of_the_control_api_is_described() -> None:
    message = mock_of().client({}).get("/__mock__/").json()["errors"][0]["message"]
    routes = message.partition("has: ")[2].removesuffix(".").split(", ")
    assert sorted(f"{route.method} /__mock__/{route.name}" for route in control_api.ROUTES) == sorted(routes)


def test_every_field_of_a_fault_is_described() -> None:
    assert list(control_api.FAULT_FIELDS) == [field.name for field in msgspec.structs.fields(FaultRequest)]


def test_every_extension_is_described() -> None:
    assert set(extensions.MEANINGS) == set(EXTENSIONS)


def test_every_form_of_report_is_described() -> None:
    assert set(report_formats.FORMS) == set(REPORTS)


def test_every_public_attribute_has_a_meaning() -> None:
    page = python_api.page()
    assert "|  |" not in page.partition("## pytest")[0]


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("a b", "A b."), ("Done.", "Done."), ("90s, 10m …", "90s, 10m …")]
)
def test_a_text_becomes_a_sentence(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_a_bar_in_a_cell_is_escaped_once() -> None:
    assert cell("a|b\n  c \\| d") == "a\\|b c \\| d"
