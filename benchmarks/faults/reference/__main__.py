"""Serve the reference backend: ``python -m benchmarks.faults.reference --port 8100``."""

import socket

import click
from waitress.server import create_server

from .app import running

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8100, show_default=True, help="Port to listen on; 0 takes a free one.")
def main(host: str, port: int) -> None:
    """Serve the course resource, healthy unless faults are planted."""
    listener = listen(host, port)
    with running() as application:
        server = create_server(application, sockets=[listener], threads=THREADS)
        click.echo(f"ready: http://{host}:{listener.getsockname()[1]}")
        server.run()


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done; say so where that fails."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise CannotRunError(f"cannot listen on {host}:{port}; choose another --port") from error


class CannotRunError(click.ClickException):
    """The backend cannot be served as asked."""

    exit_code = 2


if __name__ == "__main__":
    main()
