"""The command ``mockserver``: build an application from the arguments and serve it, or explain a document."""

import gc
import json
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import uvicorn
from click.core import ParameterSource
from starlette.types import ASGIApp

from mockserver.app import BODY_LIMIT, Options, UnknownDomain, create_mock
from mockserver.auth.jwt import DEVELOPMENT_SECRET
from mockserver.explain import explanations, table
from mockserver.operations.extensions import DOMAIN
from mockserver.store import StoreError
from specdouble import OPENAPI, document
from specdouble.document import SpecError
from specdouble.remote import url_of
from specdouble.testserver import Connection
from specdouble.yaml_lines import line_of
from specdouble.yaml_reader import decode, read_bytes

CANNOT_RUN = 2
"""Exit status where the mock cannot start."""


def _require_text(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Reject an empty secret."""
    if value == "":
        raise click.BadParameter("it is empty. Give the text that JWTs are signed with.")
    return value


F = TypeVar("F", bound=Callable[..., Any])


def _document_options(command: F) -> F:
    """Add the options that say which document is read, and how."""
    for option in (
        click.option("--allow-remote-refs", is_flag=True, help="Load references to other servers, too."),
        click.option(
            "--ref-root",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            show_default="the Git repository of the document, else its folder",
            help="Folder that the references of the document must not leave.",
        ),
        click.option(
            "--strict-spec", is_flag=True, help="Reject a document with formal faults, instead of warning of them."
        ),
        click.option(
            "--spec",
            default=OPENAPI,
            show_default="the bundled document",
            type=click.Path(path_type=Path, readable=False),
            help="OpenAPI 3 or Swagger 2.0 document to serve, in YAML or JSON: a file, or an address (https://…).",
        ),
    ):
        command = option(command)
    return command


_SETTINGS = {"show_default": True, "help_option_names": ["-h", "--help"]}


@click.group(
    context_settings=_SETTINGS,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND]",
    epilog="Stop the mock with Ctrl+C. GET / lists its entry points, GET /__mock__/health answers once it is ready.",
)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option(
    "-p", "--port", default=8000, type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one."
)
@_document_options
@click.option("--store", default="memory://", help="URL of the store that keeps the state.")
@click.option("--strict", is_flag=True, help="Reject with 400 what the real backend would tolerate.")
@click.option("--empty", is_flag=True, help="Start without the items that the examples of the document show.")
@click.option(
    "--settings", type=click.Path(path_type=Path, readable=False), help="YAML file of settings, one per line."
)
@click.option(
    "--secret",
    envvar="MOCKSERVER_SECRET",
    show_envvar=True,
    show_default=DEVELOPMENT_SECRET,
    callback=_require_text,
    help="Secret that JWTs are signed with (HS256). Overrides the one of --settings.",
)
@click.option("--max-body", default=BODY_LIMIT, type=click.IntRange(1), help="Largest request body, in bytes.")
@click.version_option(package_name="specdouble", prog_name="mockserver", message="%(prog)s %(version)s")
@click.pass_context
def main(
    context: click.Context,
    host: str,
    port: int,
    spec: Path,
    strict_spec: bool,
    ref_root: Path | None,
    allow_remote_refs: bool,
    store: str,
    strict: bool,
    empty: bool,
    settings: Path | None,
    secret: str | None,
    max_body: int,
) -> None:
    """Serve a stateful mock of an OpenAPI document."""
    if context.invoked_subcommand is not None:
        _require_no_options(context)
        return
    # The port is taken first: a port in use is reported at once, and not after the document was read.
    listener = _listen(host, port)
    reading = document.Options(strict_spec, ref_root, allow_remote_refs)
    options = Options(store, settings, secret, strict=strict, empty=empty, body_limit=max_body, reading=reading)
    try:
        mock = create_mock(spec, options)
    except (SpecError, StoreError) as error:
        listener.close()
        _stop(str(error))
    except UnknownDomain as error:
        listener.close()
        _stop(_unknown_domain(spec, error))
    for warning in mock.warnings:
        click.echo(f"Warning: {warning}", err=True)
    base = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    serve(mock.app, listener, lambda: _greet(base, mock.introduce(base)))


def _require_no_options(context: click.Context) -> None:
    """Reject options before the name of a command, which would have no effect."""
    for option in context.command.params:
        if context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
            name, command = option.opts[0], context.invoked_subcommand
            raise click.UsageError(f"{name} stands before {command}. Write it behind: mockserver {command} {name} …")


@main.command(context_settings=_SETTINGS)
@_document_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, with an object for each operation.")
def explain(spec: Path, strict_spec: bool, ref_root: Path | None, allow_remote_refs: bool, as_json: bool) -> None:
    """Show what the mock understands each operation to do, and why.

    The document overrules a guess with x-resource.
    """
    reading = document.Options(strict_spec, ref_root, allow_remote_refs)
    try:
        lines = explanations(spec, Options(reading=reading))
    except SpecError as error:
        _stop(str(error))
    except UnknownDomain as error:
        _stop(_unknown_domain(spec, error))
    if as_json:
        click.echo(json.dumps([line.values() for line in lines], indent=2, ensure_ascii=False))
    else:
        click.echo(table(line.row() for line in lines))


def serve(app: ASGIApp, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve an application on a socket until interrupted; ``ready`` is called once it answers."""
    # The objects of the start live as long as the process: the garbage collector need not visit them again.
    gc.freeze()
    gc.enable()
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    # The access log costs as much time as a request; the journal has the same and more.
    config = uvicorn.Config(
        # Proxy headers are read by asgi/io.py, which does not trust them any further than links.
        app,
        http=Connection,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    with suppress(KeyboardInterrupt):  # which uvicorn raises again once it has shut down
        _Server(config, ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _listen(host: str, port: int) -> socket.socket:
    if not host:
        _stop("--host is empty. Give an address, such as 127.0.0.1.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # A load test opens more connections at once than the default backlog holds.
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # Python adds the address once more.
        reason = (error.strerror or str(error)).partition(" (while attempting")[0]
        _stop(f"cannot listen on {host}:{port}: {reason}. Choose another address with --host, or a port with --port.")


def _unknown_domain(spec: Path, error: UnknownDomain) -> str:
    """Return the error with the line of the document that names the domain."""
    line = None if url_of(spec) else line_of(decode(spec, read_bytes(spec)), [DOMAIN])
    return str(SpecError(spec, str(error), line))


def _stop(message: str) -> NoReturn:
    click.echo(f"mockserver: {message}", err=True)
    sys.exit(CANNOT_RUN)


def _greet(base: str, lines: list[str]) -> None:
    click.echo(f"Mock     {base}")
    click.echo(f"Console  {base}/ui/")
    for line in lines:
        click.echo(line)
