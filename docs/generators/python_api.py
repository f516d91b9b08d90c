"""Generate docs/reference/python-api.md: the public names of both packages, and the pytest plugins."""

import ast
import dataclasses
import textwrap
from collections.abc import Callable, Iterator
from inspect import Parameter, cleandoc, getsource, signature
from types import FunctionType
from typing import Any, Final

import contracts
from contracts import pytest_plugin as checker_plugin
from contracts.api import clean
from contracts.client.options import Conduct
from docs.generators.docstrings import texts_of
from docs.generators.markdown import REFERENCE, code, heading, sentence, table
from mockserver import pytest_plugin as mock_plugin
from mockserver.app import Options, create_app
from mockserver.asgi.resolver import StatefulResolver

PAGE: Final = REFERENCE / "python-api.md"

FIXTURES: Final = ("specdouble_mock", "specdouble_fresh_mock", "specdouble_mock_options")

EXAMPLE: Final = """\
```python
from pathlib import Path

import contracts

report = contracts.check("http://127.0.0.1:8000", spec=Path("notes.yaml"), profile=Path("contracts.yaml"))
for finding in report.findings:
    print(finding.code, finding.operation, finding.confirmation)
assert report.held
```"""

MEANINGS: Final = {
    "Report.url": "Base URL of the API.",
    "Report.seed": "Seed of the run.",
    "Report.safety": "Safety level.",
    "Report.results": "Result of each law, scenario and phase.",
    "Report.rules": "Result of each documented rule.",
    "Report.seconds": "Duration of the run.",
    "Report.requests": "Number of requests.",
    "Report.permissions": "Who may do what, and whether the run confirmed it.",
    "Report.baseline": "Comparison with the baseline.",
    "Report.finished": "When the run ended.",
    "Finding.code": "Code of the law or scenario.",
    "Finding.title": "Sentence of the law or scenario.",
    "Finding.operation": "Operation that broke the promise.",
    "Finding.subject": "Part of the operation, such as a field and an encoding.",
    "Finding.expected": "Expected result.",
    "Finding.got": "Actual result.",
    "Finding.severity": "`critical`, `high`, `medium` or `low`.",
    "Finding.seed": "Seed of the run.",
    "Finding.rules": "Documented rules that are broken.",
    "Finding.curl": "Shell lines that show the finding from scratch.",
    "Finding.came_back": "How often the finding came back.",
    "Finding.tries": "How often it was tried again.",
    "Finding.names": "Numbers in other catalogues, such as OWASP.",
    "Finding.promise": "Sentence of the broken rule.",
    "Finding.lane": "`A` for conformance checks, `B` for laws and scenarios.",
    "Conduct.max_requests": "Requests of the run, cleanup not counted.",
    "Conduct.wire": "Proxy, certificates and headers.",
    "Conduct.ledger": "File of the items that are created.",
    "Options.store": "URL of the store that keeps the state.",
}
"""Attribute → its meaning, where the code has none."""


INTERNAL_MEMBERS: Final = (Conduct, Options)
"""Classes whose fields alone are public."""


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("the docstrings of contracts and mockserver", "Python API"),
        "Run a check, or serve a mock, from your own tests and scripts:",
        "",
        EXAMPLE,
        "",
        "`contracts` exports " + ", ".join(f"`{name}`" for name in contracts.__all__) + ". Other names can change.",
        "",
        "## contracts",
        "",
        *_function("contracts.check", contracts.check),
        *_function("contracts.testcases", contracts.testcases),
        *_function("contracts.load_profile", contracts.load_profile),
        *_function("contracts.api.clean", clean),
        *_class("contracts.Report", contracts.Report),
        *_class("contracts.Finding", contracts.Finding),
        "### contracts.Verdict",
        "",
        f"The outcome of a check, a rule or a run: {', '.join(f'`{verdict}`' for verdict in contracts.Verdict)}.",
        "",
        "### contracts.CannotRun",
        "",
        "The exception for a run that cannot start, or cannot end. Its text says what to do.",
        "",
        *_class("contracts.client.options.Conduct", Conduct),
        "## mockserver",
        "",
        *_function("mockserver.app.create_app", create_app),
        *_class("mockserver.app.Options", Options),
        *_class("mockserver.StatefulResolver", StatefulResolver),
        "## pytest",
        "",
        "Both plugins load by themselves once the package is installed. [Test with pytest](../guides/pytest.md) shows",
        "them in use.",
        "",
        "### Fixtures",
        "",
        *table(("fixture", "what it does"), ((f"`{name}`", _fixture(name)) for name in FIXTURES)),
        "",
        "### Markers",
        "",
        *table(("marker", "meaning"), _markers()),
        "",
        *_class("RunningMock", mock_plugin.RunningMock),
        "### Options",
        "",
        *table(("option", "value", "meaning"), _options()),
    ]
    return "\n".join(lines) + "\n"


# --- functions and classes --------------------------------------------------------------------------------------------


def _function(name: str, function: Callable[..., Any]) -> Iterator[str]:
    yield from (f"### {name}", "", "```python", *_signature(name.rpartition(".")[2], function), "```", "")
    yield from (*cleandoc(function.__doc__ or "").splitlines(), "")


def _signature(name: str, function: Callable[..., Any]) -> Iterator[str]:
    """Yield a signature, one parameter a line: types as the code has them, defaults as values."""
    (defined,) = (node for node in ast.parse(textwrap.dedent(getsource(function))).body)
    assert isinstance(defined, ast.FunctionDef)
    arguments = [*defined.args.posonlyargs, *defined.args.args, *defined.args.kwonlyargs, defined.args.kwarg]
    types = {argument.arg: argument.annotation for argument in arguments if argument and argument.annotation}
    yield f"{name}("
    starred = False
    for parameter in signature(function).parameters.values():
        if parameter.kind is Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "    *,"
        yield f"    {_parameter(parameter, ast.unparse(types[parameter.name]))},"
    yield f") -> {ast.unparse(defined.returns) if defined.returns else None}"


def _parameter(parameter: Parameter, kind: str) -> str:
    if parameter.kind is Parameter.VAR_KEYWORD:
        return f"**{parameter.name}: {kind}"
    default = "" if parameter.default is Parameter.empty else f" = {_default(parameter.default)}"
    return f"{parameter.name}: {kind}{default}"


def _default(value: object) -> str:
    # A path would be one of the machine that writes the page.
    return "…" if dataclasses.is_dataclass(value) or hasattr(value, "parts") else repr(value)


def _class(name: str, kind: type) -> Iterator[str]:
    yield from (f"### {name}", "", *cleandoc(kind.__doc__ or "").splitlines(), "")
    fields = dict(_fields(kind))
    members = {name: text for name, text in _members(kind) if kind not in INTERNAL_MEMBERS}
    yield from table(("attribute", "meaning"), (fields | members).items())
    yield ""


def _fields(kind: type) -> Iterator[tuple[str, str]]:
    texts = texts_of(kind)
    for field in dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ():
        text = texts.get(field.name) or MEANINGS.get(f"{kind.__name__}.{field.name}")
        if text:
            yield code(field.name), sentence(" ".join(text.split()))


def _members(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the public properties and methods of a class, with their docstrings."""
    for name, member in vars(kind).items():
        documented = member.fget if isinstance(member, property) else member
        if not name.startswith("_") and isinstance(documented, FunctionType):
            call = "" if isinstance(member, property) else str(_names(documented))
            yield code(f"{name}{call}"), sentence(" ".join((documented.__doc__ or "").split()))


def _names(method: FunctionType) -> str:
    parameters = [parameter for parameter in signature(method).parameters.values() if parameter.name != "self"]
    return f"({', '.join(map(_starred, parameters))})"


def _starred(parameter: Parameter) -> str:
    return f"**{parameter.name}" if parameter.kind is Parameter.VAR_KEYWORD else parameter.name


# --- pytest -----------------------------------------------------------------------------------------------------------


def _fixture(name: str) -> str:
    return str(getattr(mock_plugin, name).__doc__)


class _Recorder:
    """Takes the place of pytest's configuration and parser, and keeps what the plugins register."""

    def __init__(self) -> None:
        self.markers: list[str] = []
        self.options: dict[str, dict[str, Any]] = {}

    def getgroup(self, *names: str) -> "_Recorder":
        return self

    def addoption(self, name: str, **settings: Any) -> None:
        self.options[name] = settings

    def addinivalue_line(self, name: str, line: str) -> None:
        self.markers.append(line)


def _markers() -> Iterator[tuple[str, str]]:
    recorder: Any = _Recorder()
    for plugin in (mock_plugin, checker_plugin):
        plugin.pytest_configure(recorder)
    for line in recorder.markers:
        name, _, meaning = line.partition(": ")
        yield code(name), sentence(meaning)


def _options() -> Iterator[tuple[str, str, str]]:
    recorder: Any = _Recorder()
    checker_plugin.pytest_addoption(recorder)
    for name, settings in recorder.options.items():
        value = settings.get("metavar") or ", ".join(settings.get("choices", ()))
        yield code(name), code(value), sentence(settings["help"])
