"""The yardstick: the server of the mock with an application that does nothing but answer."""

import socket

from starlette.types import Receive, Scope, Send

from mockserver.cli import serve

# As long as the course that the mock answers with.
_BODY = b'{"name": "' + b"x" * 2_000 + b'"}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))]


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request alike, unread."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _BODY})


def main() -> None:
    """Serve on a free port and say which."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    serve(bare, listener, lambda: print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True))


if __name__ == "__main__":
    main()
