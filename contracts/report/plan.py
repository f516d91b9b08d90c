"""Print a plan for people."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety
from contracts.report.terminal import plain, print_line, print_table
from contracts.runner.plan import Plan


def show(plan: Plan, console: Console) -> None:
    """Print a plan: how the target is treated, and what each check would try."""
    for word, text in _facts(plan):
        print_line(console, f"[bold]{word:<11}[/] {plain(text)}")
    table = Table("check", "trials", box=None, pad_edge=False)
    table.add_column("operations", overflow="fold")
    table.add_column("what it asks", overflow="fold")
    for step in plan.steps:
        text = f"[dim]not applicable: {plain(step.why)}[/]" if step.why else plain(step.title)
        table.add_row(step.code, str(step.trials), plain("\n".join(step.operations)), text)
    console.print()
    print_table(table, console)
    applying = [step for step in plan.steps if not step.why]
    trials = sum(step.trials for step in applying)
    print_line(console, f"\n{len(applying)} checks, {trials} trials. Nothing was sent.")


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "target", plan.url
    yield "safety", f"{plan.safety}: {SAFETY[plan.safety]}"
    yield "limits", _limits(plan.conduct)
    people = "; ".join(f"{name} by {means}" for name, means in plan.people.items())
    yield "people", people or "none: only operations that need no login are reached"
    yield "resources", "\n            ".join(plan.resources) or "none that can be created"
    yield "conformance", _conformance(plan)
    yield "values", f"up to {plan.examples} where a trial draws values; a failure is tried three more times"
    if plan.safety is not Safety.OBSERVE:
        yield "ledger", _ledger(plan)


def _ledger(plan: Plan) -> str:
    path = str(plan.conduct.ledger or ledgers.folder(plan.url.rstrip("/")))
    if not plan.left:
        return path
    return f"{path}\n            {plan.left} items of interrupted runs: `contracts clean` deletes them"


def _limits(conduct: Conduct) -> str:
    rate = f"{conduct.rate:g} requests per second" if conduct.rate else "as fast as the target answers (--rate)"
    total = f"{conduct.max_requests} requests" if conduct.max_requests else "as many as needed (--max-requests)"
    response = f"{conduct.request_timeout:g} s and 10 MB for each response (--request-timeout)"
    return f"{rate}; {total}; {response}; ends if the target only fails"


def _conformance(plan: Plan) -> str:
    if not plan.conformance:
        return "left out"
    sent = f"{len(plan.conformance)} operations by Schemathesis, in every phase"
    if not plan.left_out:
        return sent
    hint = "to send an action, list it under actions: in the profile or use --safety destructive"
    return f"{sent}; not sent: {', '.join(plan.left_out)} ({hint})"


SAFETY: Mapping[Safety, str] = {
    Safety.OBSERVE: "sends only reads, and skips checks that need a write (--safety sandbox allows them)",
    Safety.SANDBOX: "writes to items that it creates, and to items that the profile lends; deletes or restores them",
    Safety.DESTRUCTIVE: "sends everything, to any item: only for a target that nobody else uses",
}
