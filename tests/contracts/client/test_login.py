"""People are identified by token, header, cookie or login, and no report shows the secrets."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert, structs

import contracts
from contracts.client.target import Safety, Target
from contracts.errors import CannotRun
from contracts.profile.models import Profile
from contracts.profile.people import Person, Secret
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.doors import Doors, Guarded
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.contracts.support.wsgi import served

SECRETS = {
    "ALICE_PASSWORD": "wonderland-7",
    "BOB_PASSWORD": 'builder\'s "own" 9',
    "ALICE_KEY": "key-of-alice",
    "BOB_KEY": "key-of-bob",
}
JSON = {"path": "/login", "token": "/data/0/access token"}
FORM = {"path": "/login"}


@pytest.fixture
def doors(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    doors = Doors(notes)
    with served(doors) as doors.url:
        yield doors


def people(**means: Any) -> Profile:
    """Return the profile of the notes with these credentials for alice and bob.

    NAME stands for the name in capitals, WHO for the name.
    """
    people = {name: convert(_of(means, name), Person) for name in ("alice", "bob")}
    return structs.replace(PROFILE, people=people)


def _of(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _of(item, name) for key, item in value.items()}
    return value.replace("NAME", name.upper()).replace("WHO", name) if isinstance(value, str) else value


def json_login(**changes: Any) -> dict[str, Any]:
    return {**JSON, "json": {"user": {"name": "WHO", "password": {"env": "NAME_PASSWORD"}}}, **changes}


def form_login(**changes: Any) -> dict[str, Any]:
    return {**FORM, "form": {"name": "WHO", "password": {"env": "NAME_PASSWORD"}}, **changes}


MEANS = {
    "a header": {"headers": {"X-Api-Key": {"env": "NAME_KEY"}}},
    "a login for a bearer token": {"login": json_login()},
    "a login for a token of another header": {"login": json_login(header="X-Token", prefix="Token ")},
    "a login for a session cookie": {"login": form_login()},
}


def check(doors: Doors, document: Path, profile: Profile, *faults: str, **options: Any) -> Report:
    doors.notes.reset(*faults)
    return contracts.check(
        doors.url, spec=document, profile=profile, max_examples=1, **{"only": ["CT103", "CT301"], **options}
    )


def text_of(report: Report) -> str:
    return str([asdict(finding) for finding in report.findings]) + str([result.why for result in report.results])


@pytest.mark.parametrize("means", MEANS)
def test_people_are_identified_by(means: str, doors: Doors, document: Path) -> None:
    report = check(doors, document, people(**MEANS[means]))
    assert report.exit_code == 0
    assert report.result("CT301").trials > 0


def test_a_cookie_from_the_environment_is_a_session(
    doors: Doors, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors.uses |= {"token-of-alice-0": 0, "token-of-bob-0": 0}
    monkeypatch.setenv("ALICE_SESSION", "token-of-alice-0")
    monkeypatch.setenv("BOB_SESSION", "token-of-bob-0")
    assert check(doors, document, people(cookies={"sid": {"env": "NAME_SESSION"}})).exit_code == 0


def test_each_person_logs_in_once(doors: Doors, document: Path) -> None:
    check(doors, document, people(login=json_login()))
    assert sorted(doors.logins) == ["alice", "bob"]


@pytest.mark.parametrize("checks", [pytest.param("A", marks=pytest.mark.proof), "CT103"])
def test_an_expired_token_is_renewed(doors: Doors, document: Path, checks: str) -> None:
    doors.lifetime = 12
    report = check(doors, document, people(login=json_login()), only=[checks])
    assert {finding.title for finding in report.findings} <= {"Schema-valid request rejected"}
    assert len(doors.logins) > 2


def forbidding(profile: Profile) -> Profile:
    """Return the profile of a target that answers anonymous requests with 403."""
    notes = profile.resources["note"]
    access = structs.replace(notes.access, anonymous=403)
    resources = {**profile.resources, "note": structs.replace(notes, access=access)}
    return structs.replace(profile, resources=resources, undocumented=[403])


@pytest.mark.parametrize("checks", [pytest.param("A", marks=pytest.mark.proof), "CT103"])
def test_an_expired_session_is_renewed_where_anonymous_requests_get_403(
    doors: Doors, document: Path, checks: str
) -> None:
    doors.lifetime, doors.anonymous_message = 12, "who are you?"
    report = check(doors, document, forbidding(people(login=form_login())), only=[checks])
    assert {finding.title for finding in report.findings} <= {"Schema-valid request rejected"}
    assert len(doors.logins) > 2


def test_a_403_that_everyone_gets_does_not_end_a_session(doors: Doors, document: Path) -> None:
    doors.anonymous_message = "not yours"
    report = check(doors, document, forbidding(people(login=form_login())), only=["CT301", "CT304"])
    rejected = [path for method, path in doors.notes.seen if method in ("PATCH", "DELETE")]
    assert report.exit_code == 0
    assert len(rejected) > 4
    assert len(doors.logins) <= 3


def test_a_401_for_a_new_token_is_reported(doors: Doors, document: Path) -> None:
    doors.lifetime = 0
    with pytest.raises(CannotRun, match=r"alice authenticates with a login at /login with \$ALICE_PASSWORD"):
        check(doors, document, people(login=json_login()))
    assert doors.logins == ["alice"]


@pytest.mark.parametrize(
    ("means", "message"),
    [
        ({"login": json_login(json={"user": {"name": "WHO", "password": "x"}})}, "POST /login answered 403; correct"),
        ({"login": json_login(token="/token")}, "has no text at /token; correct `token`"),
        ({"login": json_login(path="/nowhere")}, "POST /nowhere answered 404"),
        (
            {"login": json_login(json={"user": {"name": "x", "password": {"env": "NOT_SET"}}})},
            r"reads \$NOT_SET, which",
        ),
    ],
)
def test_a_failed_login_is_reported_with_a_remedy(
    doors: Doors, document: Path, means: dict[str, Any], message: str
) -> None:
    with pytest.raises(CannotRun, match=message):
        check(doors, document, people(**means))


@pytest.mark.parametrize("means", MEANS)
def test_curl_lines_work_without_secrets(means: str, doors: Doors, document: Path) -> None:
    report = check(doors, document, people(**MEANS[means]), "forgets", only=["CT101"])
    finding = report.findings[0]
    assert not [secret for secret in (*SECRETS.values(), "token-of-") if secret in text_of(report)]
    script = "\n".join(["set -e", *finding.curl])
    doors.notes.seen.clear()
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    assert doors.notes.seen[0][0] == "POST"
    assert '"error"' not in done.stdout


@pytest.mark.parametrize(
    "means",
    [
        "a header",
        pytest.param("a login for a bearer token", marks=pytest.mark.proof),
        pytest.param("a login for a session cookie", marks=pytest.mark.proof),
    ],
)
def test_curl_lines_of_conformance_checks_work_without_secrets(means: str, doors: Doors, document: Path) -> None:
    report = check(doors, document, people(**MEANS[means]), "crashes", only=["A"])
    finding = next(finding for finding in report.findings if finding.title == "Server error")
    assert not [secret for secret in (*SECRETS.values(), "token-of-") if secret in text_of(report)]
    script = "\n".join(["set -e", *finding.curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "oops" in done.stdout) == (0, True)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("means", "place", "name"),
    [("a header", "header", "X-Api-Key"), ("a login for a session cookie", "cookie", "sid")],
)
def test_no_ignored_authentication_is_reported_for_people_of_the_profile(
    means: str, place: str, name: str, doors: Doors, tmp_path: Path
) -> None:
    spec = tmp_path / "guarded.json"
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": place, "name": name}}}
    components = {**DOCUMENT["components"], **schemes}
    spec.write_text(json.dumps({**DOCUMENT, "components": components, "security": [{"key": []}]}))
    report = check(doors, spec, people(**MEANS[means]), only=["A"])
    assert [(finding.title, finding.operation) for finding in report.findings] == []


def test_a_secret_that_a_target_repeats_is_hidden(
    notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALICE_TOKEN", "alice")
    profile = structs.replace(PROFILE, people={"alice": convert({"token": {"env": "ALICE_TOKEN"}}, Person)})
    notes.reset("crashes")
    report = contracts.check(notes.url, spec=document, profile=profile, only=["A"], max_examples=1)
    assert "Bearer alice" not in text_of(report)


@pytest.mark.parametrize(
    ("means", "message"),
    [
        ({}, "a person needs one of"),
        ({"token": "x", "headers": {"A": "b"}}, "a person needs one of"),
        ({"login": {"path": "login"}}, "write /login"),
        ({"login": {"path": "/x", "json": {}, "form": {}}}, "not both"),
        ({"login": {"path": "/x", "token": "access"}}, "write /access"),
        (
            {"login": {"path": "/x", "json": {"password": {"env": 5}}}},
            "of a secret are texts: quote them",
        ),
        ({"login": {"path": "/x", "csrf": {"header": "X"}}}, "needs one of `cookie`, `token` and `find`"),
        ({"login": {"path": "/x", "csrf": {"header": "X", "cookie": "c", "token": "/t"}}}, "needs one of `cookie`"),
        ({"login": {"path": "/x", "csrf": {"header": "X", "find": "x"}}}, "a regular expression with a group"),
        ({"login": {"path": "/x", "csrf": {"header": "X", "find": "("}}}, "a regular expression with a group"),
        ({"login": {"path": "/x", "csrf": {"header": "X", "token": "t"}}}, "write /t"),
        ({"login": {"path": "/x", "csrf": {"header": "X", "cookie": "c", "page": "p"}}}, "write /p"),
        ({"login": {"path": "/x", "form": {}, "csrf": {"header": "X", "cookie": "c", "field": "f"}}}, "needs `page`"),
        (
            {"login": {"path": "/x", "csrf": {"header": "X", "cookie": "c", "page": "/p", "field": "f"}}},
            "is one of a `form`",
        ),
        ({"login": {"path": "/x", "token": "/t", "csrf": {"header": "X", "cookie": "c"}}}, "sessions of cookies"),
    ],
)
def test_invalid_credentials_are_rejected(means: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        convert(means, Person)


@pytest.fixture
def guarded(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guarded]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    doors = Guarded(notes)
    with served(doors) as doors.url:
        yield doors


COOKIE = {"header": "X-Csrf", "cookie": "XSRF"}
FORGERY = {
    "a cookie of the page": {**COOKIE, "page": "/login"},
    "a cookie of the page, as a field of the form": {**COOKIE, "page": "/login", "field": "csrf"},
    "a text in the page": {"header": "X-Csrf", "find": 'name="csrf" value="([^"]*)"', "page": "/login"},
    "a cookie of the login": COOKIE,
    "the answer to the login": {"header": "X-Csrf", "token": "/data/0/csrf"},
}


def guarded_login(guarded: Guarded, csrf: dict[str, str]) -> Profile:
    guarded.asked_at_login = "page" in csrf
    return people(login=form_login(csrf=csrf))


@pytest.mark.parametrize("where", FORGERY)
def test_a_session_writes_with_its_csrf_token(where: str, guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY[where]))
    assert (report.exit_code, report.result("CT301").verdict) == (0, Verdict.HELD)


@pytest.mark.parametrize(
    "where", [next(iter(FORGERY)), *(pytest.param(where, marks=pytest.mark.proof) for where in [*FORGERY][1:])]
)
def test_curl_lines_fetch_the_csrf_token_and_hide_it(where: str, guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY[where]), "forgets", only=["CT101"])
    assert not [secret for secret in (*SECRETS.values(), "token-of-", "proof") if secret in text_of(report)]
    guarded.notes.seen.clear()
    script = "\n".join(["set -e -o pipefail", *report.findings[0].curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    assert "CSRF" not in done.stdout
    assert "PATCH" in {method for method, _ in guarded.notes.seen}


@pytest.mark.proof
def test_conformance_checks_write_with_the_csrf_token(guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY["a cookie of the page"]), "crashes", only=["A"])
    finding = next(finding for finding in report.findings if finding.title == "Server error")
    assert not [secret for secret in (*SECRETS.values(), "token-of-", "proof") if secret in text_of(report)]
    script = "\n".join(["set -e", *finding.curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "oops" in done.stdout) == (0, True)


def test_reads_do_not_send_the_csrf_token(guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, COOKIE), "forgets", only=["CT101"])
    lines = [line for finding in report.findings for line in finding.curl if "/notes" in line]
    assert {("X-Csrf" in line, "-X GET" in line) for line in lines} == {(True, False), (False, True)}


@pytest.mark.parametrize(
    ("means", "message"),
    [
        (form_login(), "POST /login answered 403; .* The answer mentions CSRF: say under `csrf` in the login where"),
        (form_login(csrf=COOKIE), "POST /login answered 403; correct the login"),
        (form_login(csrf={**COOKIE, "cookie": "none", "page": "/login"}), "GET /login sets no cookie none; correct"),
        (
            form_login(csrf={"header": "X-Csrf", "token": "/a", "page": "/login"}),
            "GET /login has no text at /a; correct",
        ),
        (
            form_login(csrf={"header": "X-Csrf", "find": "(x{9})", "page": "/login"}),
            "GET /login has nothing that matches",
        ),
    ],
)
def test_a_login_without_its_csrf_token_is_reported_with_a_remedy(
    guarded: Guarded, document: Path, means: dict[str, Any], message: str
) -> None:
    with pytest.raises(CannotRun, match=message):
        check(guarded, document, people(login=means))


def test_a_login_page_that_is_shown_again_is_no_session(guarded: Guarded, document: Path) -> None:
    guarded.shows_the_page_again = True
    wrong = form_login(form={"name": "alice", "password": "x"}, csrf={**COOKIE, "page": "/login"})
    with pytest.raises(CannotRun, match=r"POST /login \(200\) sets no cookie but for XSRF: correct its form"):
        check(guarded, document, people(login=wrong))


def test_a_write_that_is_rejected_without_a_csrf_token_is_reported_with_a_remedy(
    guarded: Guarded, document: Path
) -> None:
    guarded.asked_at_login = False
    report = check(guarded, document, people(login=form_login()), only=["CT103"])
    assert "`csrf` in the login of the profile" in report.result("CT103").why


@pytest.mark.parametrize("secret", ["alice\n", "ali\u0441e"])
def test_a_secret_that_no_header_can_hold_is_reported_before_anything_is_sent(
    secret: str, notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_OF_ALICE", secret)
    profile = structs.replace(PROFILE, people={"alice": Person(token=Secret("TOKEN_OF_ALICE"))})
    with pytest.raises(CannotRun, match=r"credentials of alice .* correct them in \$TOKEN_OF_ALICE") as error:
        contracts.check(notes.url, spec=document, profile=profile, only=["CT106"])
    assert secret not in str(error.value)


@pytest.fixture
def logged_in(guarded: Guarded, document: Path) -> Iterator[Target]:
    """A target where alice has a session with a CSRF token."""
    profile = guarded_login(guarded, FORGERY["a cookie of the page"])
    with Target(guarded.url, profile, Safety.SANDBOX, "cttest") as target:
        target.person("alice").get("/notes")
        yield target


def test_cookies_and_csrf_token_of_a_session_are_secret(logged_in: Target) -> None:
    cookies = SimpleCookie(logged_in.identity("alice").headers["Cookie"])
    (proof,) = logged_in.identity("alice").csrf_headers(logged_in.identity("alice").headers).values()
    values = json.dumps({name: cookie.value for name, cookie in cookies.items()})
    redacted = json.loads(logged_in.redactor.redact(values))
    assert set(cookies) == {"XSRF", "sid"}
    assert set(redacted.values()) <= {"${TOKEN_ALICE}", "${CSRF_ALICE}"}
    assert logged_in.redactor.redact(proof) == "${CSRF_ALICE}"


def test_a_password_in_the_profile_is_secret(doors: Doors, document: Path) -> None:
    login = json_login(json={"user": {"name": "alice", "password": "wonderland-7"}})
    profile = structs.replace(PROFILE, people={"alice": convert({"login": login, "id": 1}, Person)})
    report = check(doors, document, profile, "forgets", only=["CT101"])
    assert report.findings
    assert "wonderland-7" not in text_of(report)
    assert "${PASSWORD_ALICE}" in text_of(report)


def test_values_from_a_failed_login_are_secret(guarded: Guarded) -> None:
    wrong = form_login(csrf={"header": "X-Csrf", "cookie": "XSRF", "page": "/login"}, path="/nowhere")
    with Target(guarded.url, people(login=wrong), Safety.SANDBOX, "cttest") as target:
        alice = target.person("alice")
        with pytest.raises(CannotRun, match="POST /nowhere"):
            alice.get("/notes")
        assert "${CSRF_ALICE}" in target.hidden.values()
