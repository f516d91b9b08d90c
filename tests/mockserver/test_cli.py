import gc
import json
import os
import re
import shlex
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.metadata import entry_points, version
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from mockserver.cli import main
from tests.mockserver.support import COURSES, OPEN, PEOPLE, course
from tests.mockserver.support.server import PATIENCE, Server, run, running

AS_CREATOR = {"Authorization": "Bearer creator"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """One process for all tests that leave it as it was."""
    with running() as server:
        yield server


@pytest.fixture
def server(shared: Server) -> Server:
    """The process, in its world at start."""
    assert httpx.post(f"{shared.base}/__mock__/reset").status_code == 204
    return shared


# --- a start ----------------------------------------------------------------------------------------------------------


def test_a_mock_that_is_interrupted_ends_without_a_word_of_trouble_and_has_told_what_there_is_to_know() -> None:
    with running("--secret", "a secret of my own, which I may forget") as server:
        assert httpx.get(f"{server.base}/__mock__/health").status_code == 200
        assert server.stop(signal.SIGINT) in {0, 130}
    assert server.errors == ""
    said = server.said
    assert all(re.search(rf"\b{person}\b", said) for person in PEOPLE)
    assert "Authorization: Bearer creator" in said
    assert all(f"{key} {name}" in said for key, name in ((1, "open"), (2, "private"), (3, "secret"), (4, "draft")))
    assert "a secret of my own, which I may forget" in said
    assert f"{server.base}/ui/" in said


def test_the_line_to_try_works_as_it_is_printed_and_the_mock_ends_when_told_to() -> None:
    with running() as server:
        lines = iter(server.process.stdout or ())
        printed = next(line for line in lines if "curl" in line)
        while printed.rstrip().endswith("\\"):
            printed = printed.rstrip().rstrip("\\") + next(lines)
        arguments = shlex.split(printed[printed.index("curl") :])
        method = arguments[arguments.index("-X") + 1]
        url = next(argument for argument in arguments if argument.startswith("http"))
        sent = dict(arguments[at + 1].split(": ", 1) for at, argument in enumerate(arguments) if argument == "-H")
        content = arguments[arguments.index("-d") + 1]
        answer = httpx.request(method, url, headers=sent, content=content)
        assert answer.status_code == 200
        assert httpx.get(url).json()["description"] == answer.json()["description"] != "A course for everybody."
        assert server.stop(signal.SIGTERM) in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
    assert server.errors == ""


def test_options_are_obeyed() -> None:
    with running("--strict", "--max-body", "1000", "--store", "memory://") as server:
        with httpx.Client(base_url=server.base, headers=AS_CREATOR) as caller:
            assert caller.patch(course(OPEN), json={"description": "x"}).status_code == 200
            assert caller.patch(course(OPEN), json={"foo": "x"}).status_code == 400
        head = b"PATCH /api/v2/course/1/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer creator\r\n"
        announced = head + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"
        for content in (announced, chunked):
            answer = exchange(server.port, content)
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert b'"request_too_large"' in answer
        assert httpx.get(f"{server.base}/__mock__/health").status_code == 200


def test_a_specification_that_is_given_is_served(tmp_path: Path) -> None:
    spec = tmp_path / "pets.yaml"
    spec.write_text(GOOD)
    with running("--spec", str(spec)) as server:
        assert httpx.get(f"{server.base}/openapi.json").json()["info"]["title"] == "Pets"
        assert httpx.get(f"{server.base}/pets").status_code == 200


def test_the_command_is_the_module_and_to_load_it_changes_nothing() -> None:
    [command] = entry_points(group="console_scripts", name="mockserver")
    assert command.load() is import_module("mockserver.__main__").main
    assert gc.isenabled()


# --- a start that fails -----------------------------------------------------------------------------------------------


def refusal(*arguments: str) -> str:
    """The one line that a start that fails says."""
    ended = CliRunner().invoke(main, ["--port", "0", *arguments])
    assert (ended.exit_code, ended.stdout) == (2, "")
    [line] = ended.stderr.splitlines()
    return line


def test_an_empty_host_is_rejected() -> None:
    assert refusal("--host", "") == "mockserver: --host is empty. Give an address, such as 127.0.0.1."


def test_an_unknown_host_is_reported_once() -> None:
    line = refusal("--host", "host.invalid")
    assert line.startswith("mockserver: cannot listen on host.invalid:0: ")
    assert line.endswith("Choose another address with --host, or a port with --port.")
    assert line.count("host.invalid") == 1


def test_a_port_in_use_is_told_in_one_line_and_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert (ended.returncode, ended.stdout) == (2, "")
    [line] = ended.stderr.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert "--port" in line


def test_an_address_that_is_none_of_this_machine_is_told_in_one_line() -> None:
    assert "--host" in refusal("--host", "192.0.2.1")


@pytest.mark.parametrize("store", ["mongodb://x", "memory", "", "redis", "MEMORY:/"])
def test_an_unknown_store_is_told_with_those_that_there_are(store: str) -> None:
    assert "memory://" in refusal("--store", store)


@pytest.mark.parametrize("option", ["--spec", "--settings"])
def test_a_file_that_may_not_be_read_is_reported_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    locked = tmp_path / "locked.yaml"
    locked.write_text("{}")

    def read_bytes(path: Path) -> bytes:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(os, "access", lambda path, mode, **options: str(path) != str(locked))
    assert f"{locked}: the file cannot be read (Permission denied). Check its permissions." in refusal(
        option, str(locked)
    )


def test_a_missing_specification_is_told_in_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert str(missing) in refusal("--spec", str(missing))


GOOD = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      responses:
        '200': {description: All pets}
"""

BROKEN: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "no mapping": ("- 1\n- 2\n", ""),
    "no YAML": (GOOD + "  bad: [unclosed\n", r":\d+"),
    "a tab": (GOOD + "\tbad: 1\n", r":\d+"),
    "no version": (GOOD.replace("openapi: 3.0.3\n", ""), ""),
    "another version": (GOOD.replace("3.0.3", "2.0"), ""),
    "a text for an operation": (GOOD.replace("get:", "get: read\n    put:"), "get"),
    "a reference to nothing": (GOOD.replace("{description: All pets}", "{$ref: '#/components/responses/X'}"), "X"),
    "a reference to no file": (GOOD.replace("{description: All pets}", "{$ref: 'none.yaml#/X'}"), "none.yaml"),
    "bad bytes": (GOOD.replace("Pets", "\udcff"), ""),
}


@pytest.mark.parametrize(("text", "place"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_specification_is_told_with_the_place(tmp_path: Path, text: str, place: str) -> None:
    spec = tmp_path / "broken.yaml"
    spec.write_bytes(text.encode(errors="surrogateescape"))
    line = refusal("--spec", str(spec))
    assert str(spec) in line or "none.yaml" in line
    assert re.search(place, line.split("broken.yaml", 1)[-1])


FAULTY: dict[str, tuple[str, str]] = {
    "a missing part": (GOOD.replace('info: {title: Pets, version: "1"}\n', ""), "info"),
    "a wrong place": (GOOD.replace("description", "descriptoin"), "pets"),
    "a repeated key": (GOOD + "openapi: 3.0.3\n", "repeated"),
}


@pytest.mark.parametrize(("text", "fault"), FAULTY.values(), ids=FAULTY.keys())
def test_a_faulty_specification_is_served_with_a_warning_or_rejected(tmp_path: Path, text: str, fault: str) -> None:
    spec = tmp_path / "faulty.yaml"
    spec.write_text(text)
    with running("--spec", str(spec)) as server:
        assert httpx.get(f"{server.base}/pets").status_code == 200
    [warning] = server.errors.splitlines()
    assert warning.startswith(f"Warning: {spec}")
    assert fault in warning
    assert refusal("--spec", str(spec), "--strict-spec") == warning.replace("Warning", "mockserver")


def test_references_beyond_the_root_are_rejected_with_the_option_that_allows_them(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text("ok: {description: All pets}\n")
    spec = tmp_path / "inner" / "pets.yaml"
    spec.parent.mkdir()
    spec.write_text(GOOD.replace("{description: All pets}", "{$ref: '../parts.yaml#/ok'}"))
    assert "--ref-root DIR" in refusal("--spec", str(spec))
    with running("--spec", str(spec), "--ref-root", str(tmp_path)) as server:
        assert httpx.get(f"{server.base}/pets").status_code == 200


def test_references_to_other_machines_are_rejected_with_the_option_that_allows_them(tmp_path: Path) -> None:
    spec = tmp_path / "pets.yaml"
    spec.write_text(GOOD.replace("{description: All pets}", "{$ref: 'http://127.0.0.1:9/a.yaml#/ok'}"))
    assert "--allow-remote-refs" in refusal("--spec", str(spec))
    assert "cannot be loaded" in refusal("--spec", str(spec), "--allow-remote-refs")


def test_a_specification_may_come_from_an_address(tmp_path: Path) -> None:
    spec = tmp_path / "pets.yaml"
    spec.write_text(GOOD)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as website:
        threading.Thread(target=website.serve_forever, daemon=True).start()
        with running("--spec", f"http://127.0.0.1:{website.server_port}/pets.yaml") as server:
            assert httpx.get(f"{server.base}/pets").status_code == 200
        website.shutdown()


def test_a_specification_that_is_a_folder_or_unreadable_is_told_in_one_line(tmp_path: Path) -> None:
    assert str(tmp_path) in refusal("--spec", str(tmp_path))


@pytest.mark.parametrize(
    "arguments",
    [("--port", "x"), ("--port", "70000"), ("--max-body", "0"), ("--secret", ""), ("--nothing",), ("x",)],
)
def test_arguments_that_make_no_sense_are_told_without_a_traceback(arguments: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(main, arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: ")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_option(option: str) -> None:
    ended = CliRunner().invoke(main, [option])
    assert ended.exit_code == 0
    for parameter in main.params:
        assert any(name in ended.stdout for name in parameter.opts)


def test_the_version_is_that_of_the_package() -> None:
    ended = CliRunner().invoke(main, ["--version"])
    assert (ended.exit_code, ended.stdout) == (0, f"mockserver {version('specdouble')}\n")


def test_the_first_line_is_the_address_of_the_mock() -> None:
    with running("-p", "0") as server:
        assert server.said.splitlines()[0] == f"Mock     http://127.0.0.1:{server.port}"


# --- over the wire ----------------------------------------------------------------------------------------------------


def exchange(port: int, content: bytes) -> bytes:
    """Send bytes to a port, and return what comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


SEED_EXAMPLE = (
    b"PATCH /api/v2/course/1/ HTTP/1.1\r\n"
    b"Host: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Accept: application/json\r\n"
    b"Authorization: Bearer manager\r\n"
    b"Content-Length: 32\r\n"
    b"Connection: close\r\n"
    b"\r\n"
    b'{\n  "image_original": "string"\n}'
)


def test_the_documentations_own_example_works_over_the_wire(server: Server) -> None:
    head, _, body = exchange(server.port, SEED_EXAMPLE).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nx-mock-notice: " in head.lower()
    assert body.startswith(b'{"id":1,')


WIRE = [
    b"\0\0\0\0\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /api/v2/course/%ff%00/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /api/v2/course/\xff/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET http://x/api/v2/course/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"TRACE /api/v2/course/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /api/v2/course/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    b"POST /api/v2/course/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /api/v2/course/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    b"PATCH /api/v2/course/1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhl\r\n\r\n",
]


@pytest.mark.parametrize("content", WIRE, ids=range(len(WIRE)))
def test_no_bytes_on_the_wire_end_the_process(server: Server, content: bytes) -> None:
    assert b" 500 " not in exchange(server.port, content)[:20]
    assert httpx.get(f"{server.base}/__mock__/health").status_code == 200
    assert server.process.poll() is None


def test_an_answer_204_has_no_body_and_keeps_the_connection(server: Server) -> None:
    with httpx.Client(base_url=server.base, headers=AS_CREATOR) as caller:
        made = caller.post(COURSES, json={"name": "New", "type": "self-paced"}).json()
        gone = caller.delete(course(made["id"]))
        assert (gone.status_code, gone.content) == (204, b"")
        assert caller.get(course(OPEN)).status_code == 200


# --- at the same time -------------------------------------------------------------------------------------------------

ROUNDS = 25


@pytest.mark.rule("COURSE-PATCH-46")
def test_changes_of_different_fields_at_the_same_time_all_survive(server: Server) -> None:
    fields = ("description", "og_title", "og_description", "meta_title", "meta_description", "og_image")
    with httpx.Client(base_url=server.base, headers=AS_CREATOR) as caller, ThreadPoolExecutor(len(fields)) as threads:

        def patch(change: tuple[str, str]) -> int:
            return caller.patch(course(OPEN), json=dict([change])).status_code

        for number in range(ROUNDS):
            changes = [(field, f"{field} {number}") for field in fields]
            assert list(threads.map(patch, changes)) == [200] * len(fields)
            after = caller.get(course(OPEN), params={"view": "edit"}).json()
            assert {field: after[field] for field in fields} == dict(changes)


def test_a_reader_never_sees_half_a_change(server: Server) -> None:
    with httpx.Client(base_url=server.base, headers=AS_CREATOR) as caller, ThreadPoolExecutor(2) as threads:

        def write() -> None:
            for number in range(ROUNDS):
                texts = {"description": f"{number}", "og_title": f"{number}", "image_original": f"{number}"}
                assert caller.patch(course(OPEN), json=texts).status_code == 200

        def read() -> set[tuple[str, str]]:
            seen = set()
            while not writing.done():
                body = caller.get(course(OPEN)).json()
                seen.add((body["description"], body["og_title"]))
            return seen

        assert caller.patch(course(OPEN), json={"description": "x", "og_title": "x"}).status_code == 200
        writing = threads.submit(write)
        seen = threads.submit(read).result(PATIENCE)
        writing.result(PATIENCE)
    assert all(description == title for description, title in seen)


def test_of_courses_created_at_the_same_time_one_gets_the_name(server: Server) -> None:
    with httpx.Client(base_url=server.base, headers=AS_CREATOR) as caller, ThreadPoolExecutor(8) as threads:
        new = {"name": "Only one", "type": "self-paced"}
        codes = list(threads.map(lambda _: caller.post(COURSES, json=new).status_code, range(16)))
    assert sorted(codes) == [201] + [400] * 15


# --- explain ----------------------------------------------------------------------------------------------------------

GUESTBOOK = Path(__file__).parents[1] / "generic" / "guestbook.yaml"


def test_a_document_is_explained_operation_by_operation() -> None:
    ended = CliRunner().invoke(main, ["explain", "--spec", str(GUESTBOOK)])
    heading, *lines = ended.stdout.splitlines()
    assert (ended.exit_code, heading.split()[:2]) == (0, ["METHOD", "PATH"])
    assert "POST    /entries" in ended.stdout
    assert all("an item" in line or "the items" in line for line in lines)


def test_an_explanation_can_be_read_by_a_program() -> None:
    ended = CliRunner().invoke(main, ["explain", "--spec", str(GUESTBOOK), "--json"])
    first = json.loads(ended.stdout)[0]
    assert first.keys() == {"method", "path", "role", "collection", "id", "answer", "body", "reason"}
    assert (first["role"], first["collection"]) == ("list", "entries")


def test_a_domain_handles_its_operations_itself() -> None:
    ended = CliRunner().invoke(main, ["explain", "--json"])
    assert {line["role"] for line in json.loads(ended.stdout)} == {None}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--spec", "x.yaml", "explain"], "Write it behind: mockserver explain --spec"),
        (["explain", "--spec", "nowhere.yaml"], "there is no such file"),
    ],
)
def test_an_explanation_that_cannot_be_given_says_why(arguments: list[str], message: str) -> None:
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 2
    assert message in ended.stderr
