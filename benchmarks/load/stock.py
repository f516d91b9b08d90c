"""For the record: PATCH of a course by Connexion as it comes, its own validation, security and routing in charge.

No rules, no roles, no picture: a token is looked up, the body is validated by the contract and kept.
"""

import socket
from typing import Any

from connexion import AsyncApp
from connexion.resolver import Resolver

from mockserver.cli import serve
from specdouble import OPENAPI, document

PATH = "/api/v2/course/{id}/"

_courses: dict[int, dict[str, Any]] = {1: {"id": 1, "name": "Open course"}}


def token_info(token: str) -> dict[str, Any] | None:
    """Tell whose token it is, as Connexion's ``x-bearerInfoFunc``."""
    return {"sub": token} if token == "creator" else None


def patch_course(id: int, body: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # the name of the path parameter
    """Change the fields that the body has."""
    course = _courses[id] = {**_courses[id], **body}
    return course


def create_app() -> AsyncApp:
    """Build the application from the PATCH of the contract alone."""
    contract = document.load(OPENAPI)
    item = contract["paths"][PATH]
    contract["paths"] = {PATH: {name: item[name] for name in ("parameters", "patch") if name in item}}
    for operation in contract["paths"][PATH].values():
        if isinstance(operation, dict):
            for answer in operation["responses"].values():
                answer.pop("links", None)  # they lead to operations that are left out
    for scheme in contract["components"]["securitySchemes"].values():
        if scheme.get("scheme") == "bearer":
            scheme["x-bearerInfoFunc"] = f"{__name__}.token_info"
    app = AsyncApp(__name__)
    app.add_api(contract, resolver=Resolver(lambda _: patch_course))
    return app


def main() -> None:
    """Serve on a free port and say which."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    serve(create_app(), listener, lambda: print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True))


if __name__ == "__main__":
    main()
