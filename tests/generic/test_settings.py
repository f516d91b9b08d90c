"""What has nothing to do with courses can be set for any document; the rest is refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from mockserver import courses
from mockserver.cli import main
from mockserver.settings import Settings, SettingsError
from tests.generic.conftest import KENNEL, LIBRARY
from tests.mockserver.support import mock_of


def test_errors_of_any_document_can_be_those_of_the_framework_and_in_another_language() -> None:
    mock = mock_of(spec=LIBRARY, settings=Settings(plain_errors=True, message_language="it"))
    assert mock.client().get("/nowhere").json()["detail"].startswith("Non c'è nulla")


def test_a_mock_tells_of_those_settings_alone_that_it_obeys() -> None:
    told = mock_of(spec=KENNEL, settings=Settings(requests_per_minute=3)).client().get("/__mock__/settings").json()
    assert told["requests_per_minute"] == 3
    assert "staff_leads_courses" not in told


def test_callers_of_any_document_are_limited() -> None:
    caller = mock_of(spec=LIBRARY, settings=Settings(requests_per_minute=1)).as_("librarian")
    assert [caller.get("/books").status_code for _ in range(2)] == [200, 429]


def test_what_is_heeded_is_promised_too() -> None:
    settings = Settings(if_match_is_checked=True, accept_language_is_heeded=True, plain_errors=True)
    promised = mock_of(spec=LIBRARY, settings=settings).client().get("/openapi.json").json()
    change = promised["paths"]["/books/{id}"]["patch"]
    assert {each["name"] for each in change["parameters"]} >= {"Accept-Language", "If-Match"}
    assert "Content-Language" in change["responses"]["200"]["headers"]


def test_a_setting_of_courses_is_refused_where_there_are_none() -> None:
    with pytest.raises(SettingsError, match=r"does not have the settings: staff_leads_courses. It has: .*plain_errors"):
        mock_of(spec=KENNEL, settings=courses.Settings(staff_leads_courses=True, plain_errors=True))


def test_settings_of_courses_hold_as_far_as_any_document_has_them() -> None:
    mock = mock_of(spec=LIBRARY, settings=courses.Settings(plain_errors=True, secret="another"))
    assert "detail" in mock.client().get("/nowhere").json()


def test_the_command_names_the_file_whose_settings_are_of_no_use(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("deleted_is_gone: true")
    result = CliRunner().invoke(main, ["--port", "0", "--spec", str(KENNEL), "--settings", str(path)])
    assert result.exit_code == 2
    assert result.output.startswith(f'mockserver: {path}:1: unknown setting "deleted_is_gone".')
