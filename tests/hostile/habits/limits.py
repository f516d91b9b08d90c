"""Responses without an end, without a beginning, or too large."""

import gzip
from collections.abc import Iterator
from functools import cache
from itertools import count, cycle
from pathlib import Path
from time import sleep
from typing import ClassVar

from tests.hostile.backend import OTHERS, Backend, Item, Place
from tests.hostile.contract import Json, responses
from tests.hostile.wire import Request, Response

MEGABYTE = 1_000_000
MOST_BYTES = 64 * MEGABYTE
LONGEST_SECONDS = 600.0
PAUSE = 0.1
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def drip(first: bytes, then: bytes) -> Iterator[bytes]:
    """Some bytes, and then others again and again, slowly."""
    yield first
    for _ in range(int(LONGEST_SECONDS / PAUSE)):
        sleep(PAUSE)
        yield then


class EventStream(Backend):
    """GET /events sends events for ever."""

    def paths(self) -> Json:
        answers = responses(200, schema={"type": "string"})
        answers["200"]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
        return super().paths() | {"/events": {"get": {"operationId": "events", "responses": answers}}}

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps != ("events",) or request.method != "GET":
            return super().other(request, place, run)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        return Response(stream=drip(head, b"data: tick\n\n"))


class SlowItems(Backend):
    """The base of those whose new items come slowly; no habit by itself."""

    def read(self, request: Request, item: Item) -> Response:
        return super().read(request, item) if item.by == OTHERS else Response(stream=self.slow())

    def slow(self) -> Iterator[bytes]:
        """The bytes of the response, its head included."""
        return iter((HEAD, b"\r\n"))


class DripsBody(SlowItems):
    """GET of a new item sends a byte of its body at a time."""

    def slow(self) -> Iterator[bytes]:
        return drip(HEAD + b"Content-Length: 100000\r\n\r\n{", b" ")


class DripsHeaders(SlowItems):
    """GET of a new item sends a header at a time."""

    def slow(self) -> Iterator[bytes]:
        return drip(HEAD, b"X-More: 1\r\n")


class DripsStatus(SlowItems):
    """GET of a new item sends 100 Continue again and again."""

    def slow(self) -> Iterator[bytes]:
        return drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")


class DripsCreation(Backend):
    """POST creates, and sends a byte of its response at a time."""

    def created(self, item: Item) -> Response:
        head = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n{"
        return Response(201, stream=drip(head, b" "))


class DripsDeletion(Backend):
    """DELETE deletes, and sends a byte of its response at a time."""

    def delete(self, request: Request, item: Item) -> Response:
        self.remove(item)
        return Response(204, stream=drip(b"HTTP/1.1 20", b""))


class EndlessBody(SlowItems):
    """GET of a new item answers with a gigabyte."""

    def slow(self) -> Iterator[bytes]:
        yield HEAD + b"Content-Length: 1000000000\r\n\r\n"
        part = b" " * 65_536
        for sent in range(0, MOST_BYTES, len(part)):
            self.streamed = max(self.streamed, sent)
            yield part
        yield from drip(b"", b" ")

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        if self.streamed > 30 * MEGABYTE:
            yield f"{self.streamed // MEGABYTE} MB of one response were read"


class CompressedBomb(SlowItems):
    """GET of a new item answers with 3 MB that are 3 GB when they are unpacked."""

    def slow(self) -> Iterator[bytes]:
        yield HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
        for _ in range(30):
            yield _packed()


@cache
def _packed() -> bytes:
    return gzip.compress(b" " * (100 * MEGABYTE), 1)


class DeeplyNested(SlowItems):
    """GET of a new item answers with arrays that are nested 200,000 levels deep."""

    def slow(self) -> Iterator[bytes]:
        body = b"[" * 200_000 + b"]" * 200_000
        yield HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


class DeeplyNestedList(Backend):
    """The list answers with arrays that are nested 200,000 levels deep."""

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(200, raw=b"[" * 200_000 + b"]" * 200_000)


class DeeplyNestedCreation(Backend):
    """POST creates, and answers with arrays that are nested 200,000 levels deep."""

    def created(self, item: Item) -> Response:
        return Response(201, raw=b"[" * 200_000 + b"]" * 200_000)


class ListHangs(Backend):
    """The list never answers."""

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(stream=drip(b"", b""))


class ListHangsUp(Backend):
    """The list ends the connection without a response."""

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(hangs_up=True)


class TooManyAtFirst(Backend):
    """The first three requests are answered with 429 and a second to wait."""

    def respond(self, request: Request, place: Place, run: str) -> Response:
        if len(self.records) <= 3:
            return Response(429, {"error": "slow down"}, {"Retry-After": "1"})
        return super().respond(request, place, run)


class AsksToWait(Backend):
    """Every request is answered with 429 and a minute to wait."""

    kinds = ()

    def respond(self, request: Request, place: Place, run: str) -> Response:
        return Response(429, {"error": "slow down"}, {"Retry-After": "60"})


class DeletesForever(Backend):
    """DELETE never answers."""

    kinds = ()

    def delete(self, request: Request, item: Item) -> Response:
        return Response(stream=drip(b"", b""))


class TooManyAlways(Backend):
    """Every request is answered with 429 and an hour to wait."""

    def respond(self, request: Request, place: Place, run: str) -> Response:
        return Response(429, {"error": "slow down"}, {"Retry-After": "3600"})


class RedirectLoop(Backend):
    """GET of a new item leads on and on."""

    def __init__(self) -> None:
        super().__init__()
        self.hops = count(1)

    def read(self, request: Request, item: Item) -> Response:
        if item.by == OTHERS:
            return super().read(request, item)
        return Response(302, None, {"Location": f"{request.path}?hop={next(self.hops)}"})


class LeadsElsewhere(Backend):
    """GET of an item leads to another host."""

    def read(self, request: Request, item: Item) -> Response:
        return self._elsewhere(request) or super().read(request, item)

    def _elsewhere(self, request: Request) -> Response | None:
        if request.headers.get("host", "").startswith("localhost"):
            return None
        there = self.url.replace("127.0.0.1", "localhost")
        return Response(302, None, {"Location": f"{there}{request.target}"})

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        for record in self.records:
            headers = record.request.headers
            if headers.get("host", "").startswith("localhost") and "authorization" in headers:
                yield f"{record.line}credentials went to another host"


class OddBytes(Backend):
    """GET of a new item answers with what is hardly HTTP, another time another."""

    odd: ClassVar[tuple[bytes, ...]] = (
        HEAD + b"Content-Length: 3\r\n\r\n\xff\xfe\x00",
        HEAD + b"Content-Length: 5\r\n\r\n{'a'}",
        HEAD + b"Content-Length: 9\r\n\r\n[NaN,1e9]",
        HEAD + b"Content-Length: 50\r\n\r\n{}",
        HEAD + b"Content-Length: -1\r\n\r\n{}",
        HEAD + b"Content-Length: 0\r\n\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Encoding: odd\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        HEAD.replace(b"json", b"json; charset=utf-99") + b"Content-Length: 2\r\n\r\n{}",
        HEAD.replace(b"200", b"999") + b"Content-Length: 2\r\n\r\n{}",
        HEAD.replace(b"200 OK", b"abc") + b"\r\n",
        HEAD + b"Content-Length: 22\r\n\r\n" + b'{"id":1,"title":"\xf0\x9f"}'[:22],
        HEAD + b"Content-Length: 18\r\n\r\n" + b'{"id": "\\ud800\\""}',
        HEAD + b"X-Long: " + b"x" * 100_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Location: http://[::1\r\nETag: \xff\xff\r\nLink: <<<>;;;\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Length: 420\r\n\r\n" + b'{"id": ' + b"1" * 412 + b"}",
        b"nonsense\r\n\r\n",
        b"",
    )

    def __init__(self) -> None:
        super().__init__()
        self.next_odd = cycle(self.odd)

    def read(self, request: Request, item: Item) -> Response:
        return super().read(request, item) if item.by == OTHERS else self._odd()

    def _odd(self) -> Response:
        return Response(stream=iter([next(self.next_odd)]))


class OddBytesOfCreation(OddBytes):
    """POST creates, and answers with what is hardly HTTP, another time another."""

    def created(self, item: Item) -> Response:
        raw = next(self.next_odd).replace(b"200 OK", b"201 Created")
        return Response(201, stream=iter([raw]))

    def read(self, request: Request, item: Item) -> Response:
        return Response(200, self.shown(item))
