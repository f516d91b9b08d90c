import ast
import subprocess
import sys
from pathlib import Path

import mockserver

PACKAGE = Path(mockserver.__file__).parent
COMPOSITION = {"app.py", "cli.py"}
"""The two modules that put the core and the courses together."""


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def core() -> list[Path]:
    return [
        path
        for path in PACKAGE.rglob("*.py")
        if "courses" not in path.relative_to(PACKAGE).parts and path.name not in COMPOSITION
    ]


def test_no_module_of_the_core_imports_the_courses() -> None:
    assert len(core()) > 15
    assert {path.name: names for path in core() if (names := {n for n in imported(path) if "courses" in n})} == {}


def test_the_core_can_be_imported_without_the_courses() -> None:
    script = (
        "import sys, mockserver.asgi.app, mockserver.domain, mockserver.store, mockserver.auth.bearer\n"
        "print([name for name in sys.modules if name.startswith('mockserver.courses')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert ended.stdout.strip() == "[]"
