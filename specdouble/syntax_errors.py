"""Describe what is wrong with a text that is not YAML or not JSON, with its line."""

import json

import yaml


def of_yaml(text: str, error: yaml.MarkedYAMLError) -> tuple[str, int | None]:
    """Return what the YAML parser reports about a text, and the line."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return f"this is not YAML: {error.problem}. Correct it.", None
    lines = text.splitlines()
    number = min(mark.line, len(lines) - 1)  # The mark of a text that is cut off is behind its last line.
    if lines[number][: mark.column + 1].strip(" ") == "\t":
        return "this is not YAML: a tab cannot indent a line. Use spaces.", number + 1
    return f"this is not YAML: {error.problem}. Correct this line.", number + 1


def of_json(text: str) -> tuple[str, int] | None:
    """Return what the JSON parser reports about a text, and the line; None if the text is JSON, or too deep for it."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"this is not JSON: {error.msg} in column {error.colno}. Correct this line.", error.lineno
    except (ValueError, RecursionError):
        return None
    return None
