"""Generate docs/reference/rules.md: of each rule its operations, its certainty, what enforces it and what checks it."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final

from contracts.checks.registration import LAWS, SCENARIOS, UNOBSERVABLE
from contracts.checks.selection import load as load_checks
from contracts.checks.selection import rules_of
from contracts.profile.models import Profile, load
from docs.generators.markdown import REFERENCE, heading, table
from specdouble.rules import EVERY_OPERATION, Rule, load_rules

PROJECT = Path(__file__).parents[2]
PAGE: Final = REFERENCE / "rules.md"
MOCK = PROJECT / "mockserver"

MENTION = re.compile(r"\b([A-Z]+(?:-[A-Z]+)*)-(\d\d)\b(?:\s+to\s+\1-(\d\d)\b)?")
"""A rule's id, or a run of them."""

Address = tuple[str, str]
"""A module of the mock, and a name in it; no name for the module as a whole."""

SCHEMA, BODIES = ("openapi/body_schema.py", "BodySchema"), ("request/body.py", "Bodies")
TABLE = ("courses/rules/membership.py", "TABLE")
COURSE, REPRESENTATION = "courses/handlers/course.py", "courses/representations/course.py"

DECODER, BEARER, CLAIMS = ("request/decoding.py", "Decoder"), ("auth/bearer.py", "bearer"), ("auth/jwt.py", "claims")
PAGES = "request/pagination.py"

TABLES = ("courses/schema_rules.py", "courses/rules/protocol.py")
"""The modules that name the rules which the schemas and the core enforce."""

UNNAMED: Mapping[str, Address] = {
    "AUTH-01": BEARER,
    "AUTH-03": ("errors.py", "BadCredentials"),
    "AUTH-04": ("errors.py", "Unauthenticated"),
    "AUTH-05": ("errors.py", "Unauthenticated"),
    "AUTH-JWT-01": CLAIMS,
    "AUTH-JWT-02": ("auth/jwt.py", "verified"),
    "AUTH-JWT-03": CLAIMS,
    "AUTH-JWT-04": CLAIMS,
    "AUTH-JWT-05": CLAIMS,
    "AUTH-JWT-06": CLAIMS,
    "TRANS-01": ("operations/dispatcher.py", "Dispatcher"),
    "TRANS-02": DECODER,
    "TRANS-03": DECODER,
    "TRANS-04": DECODER,
    "TRANS-05": ("request/negotiation.py", "negotiate"),
    "TRANS-06": ("errors.py", "MethodNotAllowed"),
    "TRANS-07": ("operations/routing.py", "integer"),
    "ERR-04": ("request/body.py", "Bodies"),
    "ERR-05": ("operations/endpoint.py", "Endpoint"),
    "ERR-06": ("operations/faults.py", ""),
    "LIST-01": (PAGES, "page"),
    "LIST-02": (PAGES, "_link"),
    "LIST-03": (PAGES, "Page"),
    "LIST-04": (PAGES, "Page"),
    "AUTH-JWT-07": CLAIMS,
    "ERR-01": ("errors.py", "ApiError"),
    "LIST-05": ("courses/handlers/section.py", "get_course_sections"),
    "COURSE-CREATE-03": SCHEMA,
    "COURSE-PATCH-01": ("courses/rules/roles.py", "leads_course"),
    "COURSE-PATCH-08": (REPRESENTATION, "course"),
    "COURSE-PATCH-11": SCHEMA,
    "COURSE-PATCH-12": SCHEMA,
    "COURSE-PATCH-13": DECODER,
    "COURSE-PATCH-14": DECODER,
    "COURSE-PATCH-15": BODIES,
    "COURSE-PATCH-16": BODIES,
    "COURSE-PATCH-17": BODIES,
    "COURSE-PATCH-18": ("openapi/coercion.py", "reader"),
    "COURSE-PATCH-20": BODIES,
    "COURSE-PATCH-21": SCHEMA,
    "COURSE-PATCH-24": SCHEMA,
    "COURSE-PATCH-22": SCHEMA,
    "COURSE-PATCH-25": ("operations/extensions.py", "Move"),
    "COURSE-PATCH-26": ("operations/extensions.py", "Move"),
    "COURSE-PATCH-27": ("operations/extensions.py", "Move"),
    "COURSE-PATCH-28": ("operations/extensions.py", "Move"),
    "COURSE-PATCH-31": ("courses/rules/people.py", "members_are_shown"),
    "COURSE-PATCH-32": ("courses/rules/access.py", "lessons_before_are_done"),
    "COURSE-PATCH-33": ("courses/handlers/comment.py", "create_course_comment"),
    "COURSE-PATCH-34": ("openapi/coercion.py", "reader"),
    "COURSE-PATCH-35": SCHEMA,
    "COURSE-PATCH-37": ("courses/entities.py", "sections"),
    "COURSE-PATCH-39": (COURSE, "patch_course"),
    "COURSE-PATCH-40": (REPRESENTATION, "category"),
    "COURSE-PATCH-41": BODIES,
    "COURSE-PATCH-42": ("request/decoding.py", "gather"),
    "COURSE-PATCH-44": SCHEMA,
    "COURSE-PATCH-46": ("store/memory.py", ""),
    "COURSE-PATCH-47": (COURSE, "patch_course"),
    "COURSE-PATCH-48": SCHEMA,
    "COURSE-PUT-02": SCHEMA,
    "COURSE-PUT-04": (COURSE, "patch_course"),
    "COURSE-DEL-01": (COURSE, "delete_course"),
    "COURSE-GET-01": (COURSE, "delete_course"),
    "COURSE-GET-02": (COURSE, "get_course_info"),
    **{f"MEMBER-{number:02}": TABLE for number in range(1, 29) if number not in (14, 17, 18)},
    "SECTION-10": ("courses/rules/access.py", "drip_locked"),
    "SECTION-12": ("courses/handlers/section.py", "create_course_section"),
    "LESSON-04": ("courses/representations/lesson.py", "lesson"),
    "ACCESS-06": ("courses/rules/access.py", "lessons_before_are_done"),
    "QUIZ-05": SCHEMA,
    "QUIZ-15": SCHEMA,
    "ATTEMPT-14": ("courses/representations/lesson.py", "lesson"),
    "DERIVED-02": (REPRESENTATION, "course_user_detail"),
    "DERIVED-03": (REPRESENTATION, "course_detail"),
    "DERIVED-04": (REPRESENTATION, "course_detail"),
    "DERIVED-05": (REPRESENTATION, "course_user_detail"),
    "DERIVED-07": ("courses/rules/access.py", "completion_rate"),
    "DERIVED-09": (REPRESENTATION, "course"),
    "MEDIA-02": SCHEMA,
    "MEDIA-06": BODIES,
    "START-01": ("courses/seed/platform.py", "plant"),
    "START-02": ("courses/handlers/platform.py", "get_dynamic_preferences"),
    "START-03": ("courses/handlers/platform.py", "get_features"),
}
"""The parts of the mock that enforce rules without naming them: the core, which knows no course, reads most of these
rules in the document."""


def page() -> str:
    """Return the page that the code asks for."""
    rules, enforced, checked = load_rules(), enforcers(), checkers(load())
    lines = [
        *heading("spec/rules.yaml", "Rules"),
        "Look up a rule that a report or the header `X-Mock-Rule` names: what it says, how certain it is, and which",
        "code enforces and checks it.",
        "",
        "```console",
        "$ curl -si -X PATCH http://127.0.0.1:8000/api/v2/course/1/ -H 'Authorization: Bearer creator' \\",
        "    -H 'Content-Type: application/json' -d '{\"privacy\": \"\"}' | grep -i x-mock-rule",
        "x-mock-rule: COURSE-PATCH-26",
        "```",
        "",
        f"{len(rules)} rules describe the courses of the platform: {_certainties(rules)}.",
        "",
        "* STATED: the documentation says so.",
        "* IMPLIED: it follows from the documentation.",
        "* ASSUMED: our reading, where the documentation is silent.",
        "",
        "`mockserver/` enforces each rule. A law or a scenario of `contracts/` checks it. For each rule that is stated",
        "or implied, the tests remove the rule from the mock, and the checker must find it (`tests/mutation/`).",
    ]
    for family, members in groupby(rules.values(), lambda rule: rule.id.rpartition("-")[0]):
        columns = ("rule", "says", "operations", "certainty", "enforced by", "checked by")
        rows = (_row(rule, enforced[rule.id], checked[rule.id]) for rule in members)
        lines += ["", f"## {family}", "", *table(columns, rows)]
    return "\n".join(lines) + "\n"


def _certainties(rules: Mapping[str, Rule]) -> str:
    certainties = [rule.certainty for rule in rules.values()]
    return ", ".join(f"{certainties.count(certainty)} {certainty}" for certainty in ("STATED", "IMPLIED", "ASSUMED"))


def _row(rule: Rule, enforced: list[str], checked: list[str]) -> tuple[str, ...]:
    operations = ["all"] if EVERY_OPERATION in rule.operations else [f"`{name}`" for name in rule.operations]
    return rule.id, rule.text, _few(operations), rule.certainty, _few(enforced), _few(checked)


def _few(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# --- what enforces a rule ---


def enforcers() -> dict[str, list[str]]:
    """Return rule → the functions, classes and tables of the mock that name it, predicates first."""
    addresses: dict[str, dict[Address, None]] = {rule: {} for rule in load_rules()}
    for module in modules():
        for rule, name in _mentions(module.read_text(encoding="utf-8")):
            addresses.setdefault(rule, {})[str(module.relative_to(MOCK).as_posix()), name] = None
    for rule, address in UNNAMED.items():
        addresses[rule].setdefault(address)
    return {rule: [_text(address) for address in sorted(places, key=_rank)] for rule, places in addresses.items()}


def modules() -> list[Path]:
    """Return the modules of the mock that enforce rules: all but the settings, which only switch them."""
    return sorted(path for path in MOCK.rglob("*.py") if path.name != "settings.py")


def named_in(module: Path) -> set[str]:
    """Return the rules that a module names."""
    return {rule for rule, _ in _mentions(module.read_text(encoding="utf-8"))}


def _rank(address: Address) -> tuple[int, Address]:
    """Rank predicates before handlers, both before the table of policies, and modules as a whole last."""
    folders = ("courses/rules/", "courses/handlers/", "courses/policy.py", "courses/")
    if address[0] in TABLES:
        return (2 * len(folders), address)
    matching = (rank for rank, folder in enumerate(folders) if address[0].startswith(folder))
    return (next(matching, len(folders)) + (0 if address[1] else len(folders)), address)


def _text(address: Address) -> str:
    module, name = address
    return f"`{module}`" if not name else f"`{module}` {name}"


def _mentions(source: str) -> Iterator[tuple[str, str]]:
    """Yield each rule that a module names, with the function, class or table that it is in or before."""
    places = list(_places(ast.parse(source)))
    for number, line in enumerate(source.splitlines(), 1):
        for rule in _named(line):
            yield rule, next((name for name, first, last in places if first <= number <= last), "")


def _named(line: str) -> Iterator[str]:
    for match in MENTION.finditer(line):
        family, first, last = match.groups()
        yield from (f"{family}-{number:02}" for number in range(int(first), int(last or first) + 1))


def _places(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Yield name, first and last line of each definition of a module; a text behind a table belongs to it."""
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        name = _name(node)
        if name:
            documented = isinstance(after, ast.Expr) and isinstance(node, ast.Assign | ast.AnnAssign)
            end = (after if documented and after else node).end_lineno or node.lineno
            yield name, _start(node), end


def _start(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return next((target.id for target in targets if isinstance(target, ast.Name)), "")


def defined(module: str) -> set[str]:
    """Return the names that a module of the mock defines, and the empty one for the module itself."""
    return {"", *(name for name, _, _ in _places(ast.parse((MOCK / module).read_text(encoding="utf-8"))))}


# --- what checks a rule ---


def checkers(profile: Profile) -> dict[str, list[str]]:
    """Return rule → the laws and scenarios that would notice its absence, or why none can."""
    load_checks()
    checks: dict[str, list[str]] = {rule: [] for rule in load_rules()}
    for check in SCENARIOS:
        for rule in check.rules:
            checks[rule].append(f"`{check.home.removeprefix('contracts.').replace('.', '/')}.py`")
    for law in LAWS.values():
        for rule in rules_of(law, profile):
            checks[rule].append(law.code)
    for rule, why in UNOBSERVABLE.items():
        checks[rule].append(f"not observable: {why}")
    return {rule: list(dict.fromkeys(names)) for rule, names in checks.items()}
