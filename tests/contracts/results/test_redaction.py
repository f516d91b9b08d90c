"""No text of a run contains a secret, however the target spells it, and wherever the text is cut."""

import json
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.conformance.messages import LONGEST_LINE, readable
from contracts.messages.exchange import Answer, Request
from contracts.messages.shell import quote
from contracts.results.redaction import LONGEST_BODY, Redactor
from tests.contracts.support.spelled import decoded_base64, mixed, readings, spelled

WORD = "${TOKEN}"
CHARACTERS = st.one_of(
    st.sampled_from("/+\"'<>&%=\\ ;:.#"),
    st.characters(min_codepoint=0x21, max_codepoint=0x7E),
    st.characters(exclude_categories=["Cs", "Cc"]),
)
SECRETS = st.text(CHARACTERS, min_size=8, max_size=40).filter(lambda text: text == text.strip())
TEXTS = st.text(st.one_of(st.sampled_from("\\%&+\"'u0 "), st.characters(codec="utf-8")), max_size=60)
INNER_QUOTE = "it's a secret"
TOKEN = 'sEcr3t/+"<&>tokén with spaces'


def redactor(*secrets: str) -> Redactor:
    return Redactor(lambda: dict.fromkeys(secrets, WORD))


def leaks(secret: str, text: str) -> bool:
    """Return whether a text contains a secret in any spelling."""
    read = readings(text)
    read |= {decoded for one in tuple(read) for decoded in decoded_base64(one)}
    return any(secret in spelling for spelling in read)


@given(st.data())
def test_a_secret_is_removed_in_every_spelling(data: st.DataObject) -> None:
    secret, before, behind = data.draw(SECRETS), data.draw(TEXTS), data.draw(TEXTS)
    text = f"{before}{data.draw(spelled(secret))}{behind}"
    redacted = redactor(secret).redact(text)
    assert WORD in redacted
    assert not leaks(secret, redacted)


@given(st.data())
def test_what_is_not_a_secret_stays(data: st.DataObject) -> None:
    before, behind = data.draw(st.text(max_size=200)), data.draw(st.text(max_size=200))
    redacted = redactor(TOKEN).redact(f"{before} {data.draw(mixed(TOKEN))} {behind}")
    assert redacted == f"{before} {WORD} {behind}"


@given(st.data(), st.integers(LONGEST_BODY - 100, LONGEST_BODY + 10))
def test_no_part_of_a_secret_is_left_where_a_body_is_cut(data: st.DataObject, length: int) -> None:
    secret = data.draw(SECRETS)
    body = f"{'.' * length}{data.draw(spelled(secret))}{data.draw(TEXTS)}"
    shortened = redactor(secret).shorten(body)
    parts = {secret[place : place + 8] for place in range(len(secret) - 7)}
    assert not any(leaks(part, shortened) for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "token=QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "credentials Aladdin:open sesame",
        "the password is open+sesame",
        '{"password": "open\\u0020sesame"}',
    ],
)
def test_what_a_header_of_the_environment_is_made_of_is_secret_too(text: str) -> None:
    redacted = redactor("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").redact(text)
    assert WORD in redacted
    assert "sesame" not in redacted


def test_each_of_several_cookies_is_secret() -> None:
    assert redactor("sid=0123456789; theme=dark-blue").redact('{"sid": "0123456789"}') == f'{{"sid": "{WORD}"}}'


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ('{"pin": "1234"}', f'{{"pin": "{WORD}"}}'),
        ('"{\\"pin\\": \\"1234\\"}"', f'"{{\\"pin\\": \\"{WORD}\\"}}"'),
        ("&quot;1&#50;34&quot;", f"&quot;{WORD}&quot;"),
        ("note 12345, 1234 of them", "note 12345, 1234 of them"),
    ],
)
def test_a_short_secret_is_hidden_where_it_stands_alone_in_quotes(text: str, redacted: str) -> None:
    assert redactor("1234").redact(text) == redacted


def test_a_short_secret_is_hidden_as_a_word_of_a_shell_line() -> None:
    line = "curl -H 'X-Pin: 1234' 'http://127.0.0.1:12345/1234'"
    assert redactor("1234").redact_shell(line) == f"curl -H 'X-Pin: '\"{WORD}\"'' 'http://127.0.0.1:12345/1234'"


def test_a_quote_in_a_secret_is_found_in_a_shell_line() -> None:
    line = f"curl --data-raw {quote(json.dumps({'password': INNER_QUOTE}))}"
    assert "secret" not in redactor(INNER_QUOTE).redact_shell(line)


@pytest.mark.parametrize("mark", ["…", "...", " ...", " // Output truncated..."])
def test_half_a_secret_is_removed_where_somebody_else_has_cut(mark: str) -> None:
    assert redactor(TOKEN).redact(f"token {TOKEN[:12]}{mark}") == f"token {WORD}{mark}"


def test_the_beginning_of_a_secret_in_the_middle_of_a_text_may_be_a_word() -> None:
    assert redactor("password-of-alice").redact("a password may be forgotten") == "a password may be forgotten"


def test_of_two_secrets_one_in_the_other_the_longer_is_named() -> None:
    secrets = {"abcdef": "${SHORT}", "0abcdef0": "${LONG}"}
    assert Redactor(lambda: secrets).redact("0abcdef0 abcdef") == "${LONG} ${SHORT}"


def test_a_secret_that_becomes_known_later_is_removed_from_then_on() -> None:
    secrets: dict[str, str] = {}
    redacting = Redactor(lambda: secrets)
    assert redacting.redact(TOKEN) == TOKEN
    secrets[TOKEN] = WORD
    assert redacting.redact(TOKEN) == WORD


def test_a_recording_has_no_secret_and_gets_it_back() -> None:
    again = {"path": f"/keys/{TOKEN}", "left_out": [], "count": 3, TOKEN: [{"body": TOKEN}, None, True]}
    kept = redactor(TOKEN).redact_value(again)
    assert not leaks(TOKEN, json.dumps(kept))
    assert redactor(TOKEN).restore_value(json.loads(json.dumps(kept))) == again


def test_a_secret_that_is_a_number_is_one_in_a_recording_too() -> None:
    assert redactor("12345678").redact_value({"pin": 12345678}) == {"pin": WORD}


def test_an_answer_is_redacted_before_it_is_cut() -> None:
    request = Request("alice", "GET", "http://127.0.0.1/x", "/x", {})
    body = f"{'.' * 390}{TOKEN}{'.' * 100}".encode()
    answer = Answer(request, 500, {}, body, redactor(TOKEN))
    assert answer.summary == f"500 {'.' * 390}{WORD}{'.' * 2}… ({len(body.decode())} characters)"


def test_a_body_of_many_megabytes_is_shown_at_once() -> None:
    body = '\\u0065%41&amp;"' * 700_000
    started = perf_counter()
    assert redactor(TOKEN, "another-token-of-a-person").shorten(body).endswith(f"({len(body)} characters)")
    assert perf_counter() - started < 2


def test_text_that_is_made_of_escapes_takes_no_longer_than_others() -> None:
    started = perf_counter()
    redactor("\\\\u0065 is the secret").redact("\\" * 30_000 + "\\u005c" * 6_000)
    assert perf_counter() - started < 5


def test_the_engine_shows_a_value_without_its_secret_and_in_part() -> None:
    value = "\n".join(f'    "line {number}": "{TOKEN if number == 3 else number}"' for number in range(100))
    lines = readable(f"it is wrong\n\nValue:\n\n{value}\n\nthe end", redactor(TOKEN)).splitlines()
    assert f'    "line 3": "{WORD}"' in lines
    assert lines[-3:] == ["    … (80 more lines)", "", "the end"]


def test_the_engine_shows_a_long_line_in_part() -> None:
    line = f"{'.' * (LONGEST_LINE - 4)}{TOKEN}"
    assert readable(line, redactor(TOKEN)) == f"{'.' * (LONGEST_LINE - 4)}{WORD[:4]}…"
