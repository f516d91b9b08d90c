"""Connections through a gateway or a proxy, and with a private certificate."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import contracts
from contracts.cli.commands import main
from contracts.client.connection import Wire, parse_header
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun
from contracts.profile.models import Person, Profile
from contracts.report import Report
from tests.contracts.support.doors import Doors
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE
from tests.contracts.support.wsgi import served

CERTIFICATE = Path(__file__).parents[1] / "certificate" / "certificate.pem"
KEY = CERTIFICATE.with_name("key.pem")


@pytest.fixture
def command(document: Path, profile: Path) -> Callable[..., Result]:
    def run(url: str, *options: object) -> Result:
        arguments = ("check", "--url", url, "--spec", document, "--profile", profile, "--max-examples", 1, *options)
        return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)

    return run


def through_a_gateway(notes: Notes, document: Path, conduct: Conduct, only: str) -> Report:
    doors = Doors(notes, gateway="open sesame")
    doors.uses |= {"token-of-alice-0": 0, "token-of-bob-0": 0}
    people = {name: Person(token=f"token-of-{name}-0") for name in ("alice", "bob")}
    profile = Profile(name="Notes", people=people, resources=PROFILE.resources)
    with served(doors) as url:
        return contracts.check(url, spec=document, profile=profile, only=[only], max_examples=1, conduct=conduct)


@pytest.mark.parametrize("only", ["CT103", pytest.param("A", marks=pytest.mark.proof)])
def test_every_request_has_the_key_of_the_gateway(
    only: str, notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY", "open sesame")
    conduct = Conduct(wire=Wire(headers=dict([parse_header("X-Gateway: $GATEWAY")])))
    report = through_a_gateway(notes, document, conduct, only)
    assert not [finding for finding in report.findings if "no way" in finding.got]
    assert notes.seen


def test_curl_lines_show_the_variable_of_the_key(notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY", "open sesame")
    notes.reset("forgets")
    conduct = Conduct(wire=Wire(headers=dict([parse_header("X-Gateway: ${GATEWAY}")])))
    lines = through_a_gateway(notes, document, conduct, "CT101").findings[0].curl
    assert all("open sesame" not in line for line in lines)
    assert "-H 'X-Gateway: '\"${GATEWAY}\"" in lines[1]


@pytest.mark.parametrize("option", ["X-Gateway", ": x", "a b: c", "X-Gateway: $NOT_SET_ANYWHERE"])
def test_an_invalid_header_option_is_rejected(option: str) -> None:
    with pytest.raises(CannotRun, match="--header"):
        parse_header(option)


def test_a_proxy_reaches_a_host_without_an_address(command: Callable[..., Result], notes: Notes) -> None:
    result = command("http://notes.example.test", "--proxy", notes.url, "--only", "CT103", "--allow-writes")
    assert result.exit_code == 0, result.output
    assert "http://notes.example.test · sandbox" in result.output
    assert ("POST", "/notes") in notes.seen


def test_a_missing_proxy_is_reported(command: Callable[..., Result]) -> None:
    result = command("http://notes.example.test", "--proxy", "http://127.0.0.1:9", "--only", "CT103")
    assert result.exit_code == 2
    assert "the proxy does not answer; correct --proxy" in result.stderr


@pytest.mark.parametrize("only", ["CT103", pytest.param("A", marks=pytest.mark.proof)])
@pytest.mark.parametrize("trust", [("--ca", CERTIFICATE), ("--insecure",)])
def test_a_private_certificate_is_trusted_on_request(
    command: Callable[..., Result], notes: Notes, trust: tuple[object, ...], only: str
) -> None:
    with served(notes, (str(CERTIFICATE), str(KEY))) as url:
        result = command(url, *trust, "--only", only)
    assert "never reached" not in result.output
    assert ("POST", "/notes") in notes.seen


def test_an_untrusted_certificate_is_reported_with_a_remedy(command: Callable[..., Result], notes: Notes) -> None:
    with served(notes, (str(CERTIFICATE), str(KEY))) as url:
        result = command(url, "--only", "CT103")
    assert result.exit_code == 2
    assert "its certificate is not trusted; name the one that signed it with --ca FILE" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--ca", "nowhere.pem"), "--ca nowhere.pem: no such file; give the certificates"),
        (("--ca", KEY.parent), "Is a directory; give the certificates"),
        (("--ca", __file__), "test_connection.py: the file holds no certificate; give the certificates"),
        (("--proxy", "ftp://127.0.0.1"), "--proxy: not the address of an HTTP proxy. Write it like http://"),
        (("--proxy", "127.0.0.1:99999"), "--proxy: not the address of an HTTP proxy. Write it like http://"),
        (
            ("--header", "X-Gateway: one\ntwo"),
            "--header X-Gateway: the value has a line break or a letter beyond ASCII",
        ),
        (("--ledger", KEY.parent), "Is a directory. Name a file that can be read with --ledger."),
        (("--ca", CERTIFICATE, "--insecure"), "leave it out, or --ca"),
        (("--safety", "observe", "--allow-writes"), "contradict each other"),
        (("--ledger", "/nowhere/at/all/ledger"), "give a path that can be written with --ledger"),
    ],
)
def test_impossible_options_are_rejected_in_one_line(
    command: Callable[..., Result], notes: Notes, options: tuple[object, ...], message: str
) -> None:
    result = command(notes.url, "--only", "CT103", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_password_of_a_proxy_is_secret(notes: Notes) -> None:
    wire = Wire(proxy="http://ann:open%20sesame@127.0.0.1:9")
    with Target(notes.url, PROFILE, Safety.OBSERVE, "cttest", conduct=Conduct(wire=wire)) as target:
        assert target.redactor.redact("open sesame") == "${PROXY_PASSWORD}"
        line = target.redactor.redact_shell(" ".join(wire.curl))
    assert line == "-x 'http://ann:'\"${PROXY_PASSWORD}\"'@127.0.0.1:9'"


def test_a_url_with_credentials_is_rejected() -> None:
    with pytest.raises(CannotRun, match="leave them out") as error:
        contracts.check("http://ann:open-sesame@127.0.0.1:9")
    assert "sesame" not in str(error.value)
