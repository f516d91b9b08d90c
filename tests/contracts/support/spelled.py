"""Spells texts in the ways in which a backend may show them: strategies of Hypothesis."""

import base64
import html
import html.entities
import json
from collections.abc import Callable
from urllib.parse import quote

from hypothesis import strategies as st

NAMES = {character: name for name, character in html.entities.html5.items() if name.endswith(";")}


def json_escaped(character: str) -> str:
    """A character as JSON spells it where all is escaped."""
    units = character.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[place] << 8 | units[place + 1]:04x}" for place in range(0, len(units), 2))


def percent_encoded(character: str) -> str:
    """A character as a URL spells it where all is encoded."""
    return "".join(f"%{byte:02X}" for byte in character.encode())


CHARACTERS: tuple[Callable[[str], str], ...] = (
    str,
    json_escaped,
    lambda character: json_escaped(character).upper().replace("\\U", "\\u"),
    lambda character: json.dumps(character)[1:-1].replace("/", "\\/"),
    percent_encoded,
    lambda character: percent_encoded(character).lower(),
    lambda character: "+" if character == " " else quote(character, safe=""),
    html.escape,
    lambda character: f"&#{ord(character)};",
    lambda character: f"&#x{ord(character):x};",
    lambda character: f"&#X{ord(character):04X};",
    lambda character: f"&{NAMES[character]}" if character in NAMES else character,
)
"""The spellings of one character."""


@st.composite
def mixed(draw: st.DrawFn, text: str) -> str:
    """A text in which each character is spelled in a way of its own, or all in the same."""
    if draw(st.booleans()):
        one = draw(st.sampled_from(CHARACTERS))
        return "".join(map(one, text))
    return "".join(draw(st.sampled_from(CHARACTERS))(character) for character in text)


@st.composite
def in_base64(draw: st.DrawFn, text: str) -> str:
    """A longer text that has this one, in Base64 of either alphabet, with or without padding and line breaks."""
    before, behind = draw(st.binary(max_size=8)), draw(st.binary(max_size=8))
    encode = draw(st.sampled_from((base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes)))
    encoded = encode(before + text.encode() + behind).decode()
    return draw(st.sampled_from((encoded, encoded.rstrip("=\n"), quote(encoded, safe=""), json.dumps(encoded))))


def spelled(text: str) -> st.SearchStrategy[str]:
    """A text in any spelling."""
    return st.one_of(mixed(text), in_base64(text))


def readings(text: str) -> set[str]:
    """What a reader may read in a text who knows all spellings, one after the other."""
    from urllib.parse import unquote, unquote_plus

    found = {text}
    for _ in range(3):
        for each in tuple(found):
            found |= {unquote(each), unquote_plus(each), html.unescape(each), _without_backslashes(each)}
    return found


def _without_backslashes(text: str) -> str:
    import re

    def read(match: "re.Match[str]") -> str:
        escape = match[0]
        if escape[1] == "u":
            return chr(int(f"0x{escape[2:]}", 0))
        return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(escape[1], escape[1])

    return (
        re.sub(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt])", read, text)
        .encode("utf-16", errors="surrogatepass")
        .decode("utf-16", errors="replace")
    )


def decoded_base64(text: str) -> set[str]:
    """What all that looks like Base64 in a text says, whatever its place in there."""
    import re

    found = set()
    for run in re.findall(r"[A-Za-z0-9+/_-]{8,}", re.sub(r"[\r\n]", "", text)):
        plain = run.replace("-", "+").replace("_", "/")
        for start in range(4):
            whole = plain[start:]
            found.add(base64.b64decode(whole[: len(whole) // 4 * 4]).decode(errors="replace"))
    return found
