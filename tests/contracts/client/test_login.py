"""People are recognised by token, header, cookie or login, and no report tells how."""

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
    """The profile of the notes, with other means for alice and bob; NAME stands for the name in capitals."""
    known = {name: convert(_of(means, name), Person) for name in ("alice", "bob")}
    return structs.replace(PROFILE, people=known)


def _of(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _of(each, name) for key, each in value.items()}
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


def told(report: Report) -> str:
    return str([asdict(each) for each in report.findings]) + str([each.why for each in report.results])


@pytest.mark.parametrize("means", MEANS)
def test_everybody_is_who_he_is_by(means: str, doors: Doors, document: Path) -> None:
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


def test_who_logs_in_does_so_once(doors: Doors, document: Path) -> None:
    check(doors, document, people(login=json_login()))
    assert sorted(doors.logins) == ["alice", "bob"]


@pytest.mark.parametrize("lane", [pytest.param("A", marks=pytest.mark.proof), "CT103"])
def test_a_token_that_expires_is_logged_in_for_again(doors: Doors, document: Path, lane: str) -> None:
    doors.lifetime = 12
    report = check(doors, document, people(login=json_login()), only=[lane])
    assert {finding.title for finding in report.findings} <= {"Schema-valid request rejected"}
    assert len(doors.logins) > 2


def forbidding(profile: Profile) -> Profile:
    """The profile of a target that answers 403 to who is not logged in."""
    notes = profile.resources["note"]
    access = structs.replace(notes.access, anonymous=403)
    resources = {**profile.resources, "note": structs.replace(notes, access=access)}
    return structs.replace(profile, resources=resources, undocumented=[403])


@pytest.mark.parametrize("lane", [pytest.param("A", marks=pytest.mark.proof), "CT103"])
def test_a_session_that_ends_is_logged_in_for_again_where_nobody_is_forbidden(
    doors: Doors, document: Path, lane: str
) -> None:
    doors.lifetime, doors.told_to_nobody = 12, "who are you?"
    report = check(doors, document, forbidding(people(login=form_login())), only=[lane])
    assert {finding.title for finding in report.findings} <= {"Schema-valid request rejected"}
    assert len(doors.logins) > 2


def test_a_refusal_that_everybody_gets_is_not_taken_for_the_end_of_a_session(doors: Doors, document: Path) -> None:
    doors.told_to_nobody = "not yours"
    report = check(doors, document, forbidding(people(login=form_login())), only=["CT301", "CT304"])
    refused = [path for method, path in doors.notes.seen if method in ("PATCH", "DELETE")]
    assert report.exit_code == 0
    assert len(refused) > 4
    assert len(doors.logins) <= 3


def test_a_401_to_a_fresh_token_is_an_answer(doors: Doors, document: Path) -> None:
    doors.lifetime = 0
    with pytest.raises(CannotRun, match=r"refused alice, who comes with a login at /login with \$ALICE_PASSWORD"):
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
def test_a_login_that_fails_says_what_to_do(doors: Doors, document: Path, means: dict[str, Any], message: str) -> None:
    with pytest.raises(CannotRun, match=message):
        check(doors, document, people(**means))


@pytest.mark.parametrize("means", MEANS)
def test_no_secret_is_told_and_the_lines_work(means: str, doors: Doors, document: Path) -> None:
    report = check(doors, document, people(**MEANS[means]), "forgets", only=["CT101"])
    finding = report.findings[0]
    assert not [secret for secret in (*SECRETS.values(), "token-of-") if secret in told(report)]
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
def test_the_engine_tells_no_secret_either_and_its_lines_work(means: str, doors: Doors, document: Path) -> None:
    report = check(doors, document, people(**MEANS[means]), "crashes", only=["A"])
    finding = next(each for each in report.findings if each.title == "Server error")
    assert not [secret for secret in (*SECRETS.values(), "token-of-") if secret in told(report)]
    script = "\n".join(["set -e", *finding.curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "oops" in done.stdout) == (0, True)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("means", "place", "name"),
    [("a header", "header", "X-Api-Key"), ("a login for a session cookie", "cookie", "sid")],
)
def test_the_engine_does_not_miss_a_credential_that_it_left_out(
    means: str, place: str, name: str, doors: Doors, tmp_path: Path
) -> None:
    spec = tmp_path / "guarded.json"
    schemes = {"securitySchemes": {"known": {"type": "apiKey", "in": place, "name": name}}}
    components = {**DOCUMENT["components"], **schemes}
    spec.write_text(json.dumps({**DOCUMENT, "components": components, "security": [{"known": []}]}))
    report = check(doors, spec, people(**MEANS[means]), only=["A"])
    assert [(each.title, each.operation) for each in report.findings] == []


def test_a_secret_that_a_target_repeats_is_hidden(
    notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALICE_TOKEN", "alice")
    profile = structs.replace(PROFILE, people={"alice": convert({"token": {"env": "ALICE_TOKEN"}}, Person)})
    notes.reset("crashes")
    report = contracts.check(notes.url, spec=document, profile=profile, only=["A"], max_examples=1)
    assert "Bearer alice" not in told(report)


@pytest.mark.parametrize(
    ("means", "message"),
    [
        ({}, "a person needs one of"),
        ({"token": "x", "headers": {"A": "b"}}, "a person needs one of"),
        ({"login": {"path": "login"}}, "write /login"),
        ({"login": {"path": "/x", "json": {}, "form": {}}}, "not both"),
        ({"login": {"path": "/x", "token": "access"}}, "write /access"),
        ({"login": {"path": "/x", "json": {"password": {"env": 5}}}}, "Expected `str`"),
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
def test_means_that_cannot_work_are_refused(means: dict[str, Any], message: str) -> None:
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
def test_a_session_writes_with_its_proof_against_forged_requests(where: str, guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY[where]))
    assert (report.exit_code, report.result("CT301").verdict) == (0, Verdict.HELD)


@pytest.mark.parametrize(
    "where", [next(iter(FORGERY)), *(pytest.param(where, marks=pytest.mark.proof) for where in [*FORGERY][1:])]
)
def test_the_lines_of_a_finding_bring_the_proof_too_and_do_not_tell_it(
    where: str, guarded: Guarded, document: Path
) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY[where]), "forgets", only=["CT101"])
    assert not [secret for secret in (*SECRETS.values(), "token-of-", "proof") if secret in told(report)]
    guarded.notes.seen.clear()
    script = "\n".join(["set -e -o pipefail", *report.findings[0].curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    assert "CSRF" not in done.stdout
    assert "PATCH" in {method for method, _ in guarded.notes.seen}


@pytest.mark.proof
def test_the_engine_writes_with_the_proof_and_its_lines_work(guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, FORGERY["a cookie of the page"]), "crashes", only=["A"])
    finding = next(each for each in report.findings if each.title == "Server error")
    assert not [secret for secret in (*SECRETS.values(), "token-of-", "proof") if secret in told(report)]
    script = "\n".join(["set -e", *finding.curl])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "oops" in done.stdout) == (0, True)


def test_reads_go_without_the_proof(guarded: Guarded, document: Path) -> None:
    report = check(guarded, document, guarded_login(guarded, COOKIE), "forgets", only=["CT101"])
    lines = [line for each in report.findings for line in each.curl if "/notes" in line]
    assert {("X-Csrf" in line, "-X GET" in line) for line in lines} == {(True, False), (False, True)}


@pytest.mark.parametrize(
    ("means", "message"),
    [
        (form_login(), "POST /login answered 403; .* It speaks of forged requests: `csrf` in the login says where"),
        (form_login(csrf=COOKIE), "POST /login answered 403; correct the login"),
        (form_login(csrf={**COOKIE, "cookie": "none", "page": "/login"}), "GET /login sets no cookie none; correct"),
        (
            form_login(csrf={"header": "X-Csrf", "token": "/a", "page": "/login"}),
            "GET /login has no text at /a; correct",
        ),
        (form_login(csrf={"header": "X-Csrf", "find": "(x{9})", "page": "/login"}), "GET /login has nothing that fits"),
    ],
)
def test_a_session_without_its_proof_says_what_to_do(
    guarded: Guarded, document: Path, means: dict[str, Any], message: str
) -> None:
    with pytest.raises(CannotRun, match=message):
        check(guarded, document, people(login=means))


def test_a_page_that_only_comes_again_is_no_session(guarded: Guarded, document: Path) -> None:
    guarded.shows_the_page_again = True
    wrong = form_login(form={"name": "alice", "password": "x"}, csrf={**COOKIE, "page": "/login"})
    with pytest.raises(CannotRun, match=r"POST /login \(200\) sets no cookie but for XSRF: correct its form"):
        check(guarded, document, people(login=wrong))


def test_a_write_that_is_refused_for_its_proof_says_what_to_do(guarded: Guarded, document: Path) -> None:
    guarded.asked_at_login = False
    report = check(guarded, document, people(login=form_login()), only=["CT103"])
    assert "`csrf` in the login of the profile" in report.result("CT103").why


@pytest.mark.parametrize("secret", ["alice\n", "ali\u0441e"])
def test_a_secret_that_no_header_can_hold_is_said_before_anything_is_sent(
    secret: str, notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_OF_ALICE", secret)
    profile = structs.replace(PROFILE, people={"alice": Person(token=Secret("TOKEN_OF_ALICE"))})
    with pytest.raises(CannotRun, match=r"alice comes with .* correct it in \$TOKEN_OF_ALICE") as told:
        contracts.check(notes.url, spec=document, profile=profile, only=["CT106"])
    assert secret not in str(told.value)


@pytest.fixture
def logged_in(guarded: Guarded, document: Path) -> Iterator[Target]:
    """A target of which alice has a session with a proof against forged requests."""
    profile = guarded_login(guarded, FORGERY["a cookie of the page"])
    with Target(guarded.url, profile, Safety.SANDBOX, "cttest") as target:
        target.person("alice").get("/notes")
        yield target


def test_each_cookie_of_a_session_and_its_proof_are_secret(logged_in: Target) -> None:
    cookies = SimpleCookie(logged_in.identity("alice").headers["Cookie"])
    (proof,) = logged_in.identity("alice").proofs(logged_in.identity("alice").headers).values()
    shown = json.loads(logged_in.redactor.redact(json.dumps({name: each.value for name, each in cookies.items()})))
    assert set(cookies) == {"XSRF", "sid"}
    assert set(shown.values()) <= {"${TOKEN_ALICE}", "${CSRF_ALICE}"}
    assert logged_in.redactor.redact(proof) == "${CSRF_ALICE}"


def test_a_password_that_stands_in_the_profile_is_secret(doors: Doors, document: Path) -> None:
    login = json_login(json={"user": {"name": "alice", "password": "wonderland-7"}})
    profile = structs.replace(PROFILE, people={"alice": convert({"login": login, "id": 1}, Person)})
    report = check(doors, document, profile, "forgets", only=["CT101"])
    assert report.findings
    assert "wonderland-7" not in told(report)
    assert "${PASSWORD_ALICE}" in told(report)


def test_what_a_login_gave_is_secret_although_it_failed(guarded: Guarded) -> None:
    wrong = form_login(csrf={"header": "X-Csrf", "cookie": "XSRF", "page": "/login"}, path="/nowhere")
    with Target(guarded.url, people(login=wrong), Safety.SANDBOX, "cttest") as target:
        alice = target.person("alice")
        with pytest.raises(CannotRun, match="POST /nowhere"):
            alice.get("/notes")
        assert "${CSRF_ALICE}" in target.hidden.values()
