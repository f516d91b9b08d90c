"""Serve the reference backend: ``python -m benchmarks.faults.reference --port 8100 --fault 59``."""

import socket
from collections.abc import Iterator

import click
from waitress.server import create_server

from .app import running

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
@click.option("--list", "listing", is_flag=True, help="Print faults and variants, and end.")
def main(host: str, port: int, faults: tuple[int, ...], variants: tuple[str, ...], listing: bool) -> None:
    """Serve the course resource, healthy unless faults are planted."""
    if listing:
        click.echo("\n".join(table()))
        return
    serve(listen(host, port), faults, variants)


def table() -> Iterator[str]:
    """Yield the lines that describe every fault and every variant."""
    with running():
        from .faults import FAULTS, VARIANTS

        for fault in FAULTS.values():
            rules = ", ".join(fault.rules)
            yield f"{fault.number:>3}  {fault.kind:<15} {fault.name:<32} {fault.description} ({rules})"
        for variant in VARIANTS.values():
            yield f"  -  {'no fault':<15} {variant.name:<32} {variant.description}"


def serve(listener: socket.socket, faults: tuple[int, ...], variants: tuple[str, ...]) -> None:
    """Serve until the process is ended."""
    with listener, running() as application:
        from .faults import FAULTS, VARIANTS, planted

        unknown = [str(name) for name in (*faults, *variants) if name not in FAULTS and name not in VARIANTS]
        if unknown:
            raise CannotRunError(f"no such fault or variant: {', '.join(unknown)}; --list shows what there is")
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
