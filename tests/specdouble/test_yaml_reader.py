"""YAML and JSON as JSON means them: quickly, without recursion, and with the line of every place."""

import os
from pathlib import Path
from time import monotonic

import pytest
import yaml

from specdouble.yaml_lines import Key, lines_of
from specdouble.yaml_reader import MAX_DEPTH, SpecError, parse, read_yaml
from tests.specdouble.conftest import Write

HERE = Path("pets.yaml")
A_SECOND = 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just a text",
        "a: 1\nb: [x, {c: d}]\n",
        "- 1\n- - 2\n  - 3\n-\n",
        "a: |\n  several\n  lines\nb: >-\n  folded\n  text\nc: 'it''s'\nd: \"tab\\t\"\n",
        "a: !!str 5\nc: !!int '7'\nd: !!map {e: 1}\n",
        "base: &base {x: 1, y: 2}\nother: &other {y: 3, z: 4}\nboth: {<<: [*base, *other], z: 5}\n",
        "list: &list [1, 2]\nagain: *list\n",
    ],
)
def test_a_text_is_read_as_yaml_has_it(text: str) -> None:
    assert parse(HERE, text) == yaml.safe_load(text)


def test_json_is_read_like_yaml() -> None:
    text = '{"a": [1, 2.5, true, null, "\\u00e4"], "b": {"200": {}}, "c": 12345678901234567890}'
    assert parse(HERE, text) == {"a": [1, 2.5, True, None, "ä"], "b": {"200": {}}, "c": 12345678901234567890}


@pytest.mark.parametrize("text", ["a: 1\nb:\n  a: 2\n  a: 3\n", '{"a": 1,\n"b": {\n"a": 2,\n"a": 3}}'])
def test_a_repeated_key_is_an_error_unless_somebody_takes_note_of_it(text: str) -> None:
    with pytest.raises(SpecError, match='"a" is repeated') as caught:
        parse(HERE, text)
    assert caught.value.line == 4
    notes: list[Key] = []
    assert parse(HERE, text, notes.append) == {"a": 1, "b": {"a": 3}}
    assert notes == [Key("a", 4)]


def test_many_brackets_in_texts_are_no_depth() -> None:
    text = "\n".join(f"t{number}: '[half open'" for number in range(2 * MAX_DEPTH))
    assert len(parse(HERE, text)) == 2 * MAX_DEPTH


@pytest.mark.parametrize(
    "text",
    [
        "[" * 400 + "]" * 400,
        "a: " + "{a: " * 400 + "1" + "}" * 400,
        "".join(f"{' ' * depth}a:\n" for depth in range(400)),
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "- " * 100_000,
    ],
    ids=["list", "flow", "block", "json", "dashes"],
)
def test_a_text_that_is_nested_too_deeply_is_rejected_at_once(text: str) -> None:
    began = monotonic()
    with pytest.raises(SpecError, match=r"nested deeper than 200 levels|not YAML"):
        parse(HERE, text)
    assert monotonic() - began < 10 * A_SECOND  # the machine may be busy


@pytest.mark.parametrize("kind", ["lists", "mappings", "merged"])
def test_aliases_that_stand_for_billions_of_values_are_rejected_at_once(kind: str) -> None:
    item = {"lists": "[{}]", "mappings": "{{a: {0}, b: {1}}}", "merged": "{{<<: [{}]}}"}[kind]
    lines = ["a0: &a0 {x: 1, y: [1, 2, 3]}"]
    for number in range(1, 30):
        aliases = [f"*a{number - 1}"] * 10
        content = item.format(*aliases) if kind == "mappings" else item.format(", ".join(aliases))
        lines.append(f"a{number}: &a{number} {content}")
    began = monotonic()
    with pytest.raises(SpecError, match="aliases of the file stand for more than") as caught:
        parse(HERE, "\n".join(lines))
    assert (caught.value.line or 0) > 1
    assert monotonic() - began < 10 * A_SECOND


def test_only_files_are_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull)):
        with pytest.raises(SpecError, match="a pipe or a device"):
            read_yaml(path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\n? {b: c}\n: 2\n", 2, "a key must be a text"),
        ("a: &a x\n*a : 2\n", 2, "a key must be a text"),
        ("a: 1\nb: !!set {c}\n", 2, "the tag"),
        ("a: 1\nb: !mine 5\n", 2, "the tag !mine"),
        ("a: 1\n---\nb: 2\n", 2, "several documents"),
        ("a: !!set 5\n", 1, "the tag !!set has no meaning here"),
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a:\n\tb: 1\n", 2, "a tab cannot indent a line. Use spaces."),
        ("a: [1\n", 1, "not YAML"),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        parse(HERE, text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "b" 2}', "file.json:2: this is not JSON: Expecting ':' delimiter in column 6. Correct this line."),
        ('{"a": {\n', "file.json:2: this is not JSON: Expecting property name"),
        ("[1,\n\n2", "file.json:3: this is not JSON: Expecting ',' delimiter in column 2"),
    ],
)
def test_a_json_file_is_measured_as_json(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(Path("file.json"), text)
    assert str(caught.value).startswith(message)


LINES = """
a: 1
b:
  - c: 2
    d:
      e: [1, 2]
  - {f: 3,
     g: 4}
h: &x {i: 5}
j: *x
k:
  l: m
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 2),
        (("b",), 3),
        (("b", "0"), 4),
        (("b", "0", "d", "e"), 6),
        (("b", "0", "d", "e", "1"), 6),
        (("b", "1"), 7),
        (("b", "1", "g"), 8),
        (("h", "i"), 9),
        (("j",), 10),
        (("j", "i"), 10),
        (("k", "l"), 12),
        (("k", "l", "more", "steps"), 12),
        (("b", "7"), 3),
        (("z",), 1),
    ],
)
def test_every_place_has_a_line_or_that_of_the_nearest_place_above(place: tuple[str, ...], line: int) -> None:
    assert lines_of(LINES, [("a",), place, ("k",)]) == {("a",): 2, place: line, ("k",): 11}


def test_json_may_have_characters_for_which_yaml_has_no_word() -> None:
    text = '{"face": "\\ud83d\\ude00",\n "a": 1,\n "tab":\t"x", "a": 2}'
    notes: list[Key] = []
    assert parse(HERE, text, notes.append) == {"face": "😀", "a": 2, "tab": "x"}
    assert notes == [Key("a", 3)]
    assert lines_of(text, [("a",), ("tab",)]) == {("a",): 3, ("tab",): 3}


def test_a_file_that_may_not_be_read_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = write(root="{}")
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(SpecError, match=r"cannot be read \(Permission denied\)"):
        read_yaml(path)
