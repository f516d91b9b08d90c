"""What a forked command has imported before it starts: it only saves time, so a module that is gone is left out."""

from contextlib import suppress
from importlib import import_module

MODULES = (
    "tests.hostile.command",
    "pytest.__main__",
    "contracts.cli.commands",
    "contracts.api",
    "contracts.conformance.engine",
    "contracts.fuzz.campaign",
    "contracts.report.console",
    "schemathesis.openapi",
    "schemathesis.engine.run",
    "schemathesis.engine.run.unit",
    "schemathesis.engine.run.stateful",
    "schemathesis.engine.run.stateful._executor",
    "schemathesis.generation.hypothesis.builder",
    "schemathesis.specs.openapi.analysis",
    "schemathesis.specs.openapi.schemas",
    "schemathesis.specs.openapi.stateful",
    "schemathesis.specs.openapi.coverage",
    "schemathesis.engine.run.probes",
    "schemathesis.engine.run.analysis",
    "schemathesis.specs.openapi.object_authorization",
    "schemathesis.transport.asgi",
    "schemathesis.transport.wsgi",
    "pyrate_limiter",
    "specdouble.document",
    "contracts.cli.output",
    "contracts.report.html",
    "hypothesis.stateful",
    "hypothesis.strategies",
    "hypothesis.internal.conjecture.engine",
    "hypothesis_jsonschema",
)

for name in MODULES:
    with suppress(ImportError):
        import_module(name)

with suppress(ImportError, AttributeError):
    import_module("contracts.checks.selection").load()
