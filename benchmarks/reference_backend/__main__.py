"""Serve the reference backend: ``python -m benchmarks.reference_backend --port 8100 --fault 59``."""

import signal
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from waitress.server import create_server

from .app import running
from .settings import JWT_SECRET

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8


class CannotRunError(click.ClickException):
    """The backend cannot be served as asked."""

    exit_code = 2


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8100,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--fault", "faults", type=int, multiple=True, help="Number of a fault to plant; repeatable.")
@click.option("--variant", "variants", multiple=True, help="Name of a harmless difference; repeatable.")
@click.option(
    "--jwt-secret",
    envvar="SPECDOUBLE_JWT_SECRET",
    default=JWT_SECRET,
    show_default=True,
    show_envvar=True,
    help="Key of JWTs.",
)
@click.option("--list", "listing", is_flag=True, help="Print faults and variants, and end.")
def main(
    host: str, port: int, faults: tuple[int, ...], variants: tuple[str, ...], jwt_secret: str, listing: bool
) -> None:
    """Serve the course resource, healthy unless faults are planted."""
    if listing:
        click.echo("\n".join(table()))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the files are tidied away
    with listen(host, port) as listener, running(JWT_SECRET=jwt_secret) as application:
        check(faults, variants)
        serve(application, listener, faults, variants)


def table() -> Iterator[str]:
    """Yield the lines that describe every fault and every variant."""
    with running():
        from .faults import FAULTS, VARIANTS

        for fault in FAULTS.values():
            rules = ", ".join(fault.rules)
            yield f"{fault.number:>3}  {fault.kind:<15} {fault.name:<32} {fault.description} ({rules})"
        for variant in VARIANTS.values():
            yield f"  -  {'no fault':<15} {variant.name:<32} {variant.description}"


def check(faults: tuple[int, ...], variants: tuple[str, ...]) -> None:
    """Refuse what is in neither table."""
    from .faults import FAULTS, VARIANTS

    unknown = [str(name) for name in (*faults, *variants) if name not in FAULTS and name not in VARIANTS]
    if unknown:
        raise CannotRunError(f"no such fault or variant: {', '.join(unknown)}; --list shows what there is")


def serve(
    application: "WSGIApplication", listener: socket.socket, faults: tuple[int, ...], variants: tuple[str, ...]
) -> None:
    """Serve with these faults and variants until the process is ended."""
    from .faults import planted

    with planted(faults, variants):
        server = create_server(application, sockets=[listener], threads=THREADS)
        click.echo("ready: http://{}:{}".format(*listener.getsockname()))
        server.run()


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done; say so where that fails."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise CannotRunError(f"cannot listen on {host}:{port}; choose another --port") from error


if __name__ == "__main__":
    main()
