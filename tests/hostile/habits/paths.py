"""The last slash of paths."""

from typing import ClassVar

from tests.hostile.backend import LAWS, Backend
from tests.hostile.wire import Request, Response


class SlashPaths(Backend):
    """Every path ends in a slash, and without it there is nothing."""

    slash = "/"
    kinds = ("A", "B", "clean", "again")


class SlashRedirects(Backend):
    """Every path ends in a slash; without it GET, and GET alone, is led there."""

    kinds = LAWS

    slash = "/"

    def other_slash(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return super().other_slash(request)
        return Response(301, None, {"Location": f"{request.path}/"})


class SlashAddedFor307(Backend):
    """No path ends in a slash in the document; the server leads every request to one by 307."""

    status: ClassVar[int] = 307

    def __call__(self, request: Request) -> Response:
        if request.path.endswith("/"):
            return super().__call__(Request(request.method, request.path[:-1], request.headers, request.body))
        with self.lock:
            super().__call__(Request("OPTIONS", request.target, request.headers, b""))
            return Response(self.status, None, {"Location": f"{request.path}/"})


class SlashAddedFor308(SlashAddedFor307):
    """No path ends in a slash in the document; the server leads every request to one by 308."""

    kinds = LAWS

    status = 308
