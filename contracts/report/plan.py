"""A plan as a person at a terminal reads it."""

from typing import Any

from rich.console import Console
from rich.table import Table

from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety
from contracts.report.console import plain
from contracts.runner.plan import Plan


def show(told: Plan, console: Console) -> None:
    """Print a plan as a person at a terminal reads it."""
    for word, text in _heads(told).items():
        console.print(f"[bold]{word:<10}[/] {plain(text)}", highlight=False, soft_wrap=True)
    table = Table("check", "trials", box=None, pad_edge=False)
    table.add_column("operations", overflow="fold")
    table.add_column("what it asks", overflow="fold")
    for step in told.steps:
        what = f"[dim]not applicable: {plain(step.why)}[/]" if step.why else plain(step.title)
        table.add_row(step.code, str(step.trials), plain("\n".join(step.operations)), what)
    console.print()
    console.print(table)
    applying = [step for step in told.steps if not step.why]
    trials = sum(step.trials for step in applying)
    console.print(f"\n{len(applying)} checks, {trials} trials. Nothing was sent.", highlight=False)


def _heads(told: Plan) -> dict[str, str]:
    people = (f"{name} by {means}" for name, means in told.people.items())
    heads = {
        "target": told.url,
        "safety": f"{told.safety}: {SAFETY[told.safety]}",
        "limits": _limits(told.conduct),
        "people": "; ".join(people) or "nobody: only what needs no token is reached",
        "resources": "\n           ".join(told.resources) or "none that can be created",
        "lane A": _lane_a(told),
        "values": f"up to {told.examples} where a trial draws values; what breaks is tried three times more",
        "ledger": str(told.conduct.ledger or ledgers.folder(told.url.rstrip("/"))),
    }
    if told.left:
        heads["ledger"] += f"\n           {told.left} items of runs that were cut off: `contracts clean` deletes them"
    return heads if told.safety is not Safety.OBSERVE else {word: heads[word] for word in heads if word != "ledger"}


def _limits(conduct: Conduct) -> str:
    rate = f"{conduct.rate:g} requests a second" if conduct.rate else "as fast as the target answers (--rate)"
    most = f"{conduct.max_requests} requests" if conduct.max_requests else "as many as it takes (--max-requests)"
    slow = f"{conduct.request_timeout:g} s and 10 MB for each response (--request-timeout)"
    return f"{rate}; {most}; {slow}; ends where the target only fails"


def _lane_a(told: Plan) -> str:
    if not told.conformance:
        return "left out"
    out = (
        f"; not sent: {', '.join(told.left_out)} (list an action under actions: in the profile to have it sent, or "
        f"give --safety destructive)"
        if told.left_out
        else ""
    )
    return f"{len(told.conformance)} operations by Schemathesis, in every phase{out}"


SAFETY: dict[Any, str] = {
    Safety.OBSERVE: "only reads are sent, what needs a write is skipped (--safety sandbox lets it)",
    Safety.SANDBOX: "writes to what it creates, which it deletes, and to what the profile lends, which it puts back",
    Safety.DESTRUCTIVE: "everything is sent, to whatever is there: for a target that nobody else uses",
}
