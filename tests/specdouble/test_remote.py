"""Documents from addresses, on a web server of the test's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from specdouble.document import Options, SpecError, load, read
from specdouble.remote import url_of

HEAD = "openapi: 3.0.3\ninfo: {title: Birds, version: '1'}\n"
ETAG = '"one"'


@dataclass
class Website:
    """Files by their path, and the requests for them with the status of the response."""

    base: str = ""
    files: dict[str, str] = field(default_factory=dict)
    log: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def served(files: dict[str, str]) -> Iterator[Website]:
    """Serve files on a free port."""
    website = Website(files=files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = website.files.get(self.path)
            fresh = self.headers.get("If-None-Match") == ETAG
            status = 404 if content is None else 304 if fresh else 200
            website.log.append((self.path, status))
            self.send_response(status)
            self.send_header("ETag", ETAG)
            body = (content or "").encode() if status == 200 else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        website.base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield website
        server.shutdown()


@pytest.fixture
def website() -> Iterator[Website]:
    with served({"/v1/birds.yaml": HEAD + "paths: {}\n"}) as site:
        yield site


def answering(reference: str) -> str:
    """A document that needs what a reference names."""
    content = f"{{a/json: {{schema: {{$ref: '{reference}'}}}}}}"
    return f"{HEAD}paths: {{/a: {{get: {{responses: {{'200': {{description: ok, content: {content}}}}}}}}}}}\n"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("https:/x.test/a.yaml", "https://x.test/a.yaml"),
        ("/home/me/http:/x.test/a.yaml", "http://x.test/a.yaml"),
        ("/home/me/a.yaml", None),
        ("https.yaml", None),
    ],
)
def test_a_path_may_stand_for_an_address(path: str, url: str | None) -> None:
    assert url_of(Path(path)) == url


def test_a_document_is_loaded_and_its_copy_serves_where_there_is_no_network(website: Website) -> None:
    path = Path(f"{website.base}/v1/birds.yaml")
    assert load(path)["info"]["title"] == "Birds"
    assert load(path)["info"]["title"] == "Birds"
    assert website.log == [("/v1/birds.yaml", 200), ("/v1/birds.yaml", 304)]
    website.files.clear()
    assert load(path)["info"]["title"] == "Birds"


def test_a_copy_is_served_with_a_warning_where_the_document_has_to_be_read_again(website: Website) -> None:
    path = Path(f"{website.base}/v1/birds.yaml")
    load(path)
    website.files.clear()
    [warning] = read(path, Options(allow_remote_refs=True)).warnings  # other options: it is read again
    assert warning.startswith(f"{website.base}/v1/birds.yaml: the document cannot be loaded")
    assert "404" in warning


def test_an_address_without_a_document_is_an_error(website: Website) -> None:
    with pytest.raises(SpecError, match="the server responds with 404") as caught:
        load(Path(f"{website.base}/none.yaml"))
    assert str(caught.value).startswith(f"{website.base}/none.yaml: ")


@pytest.mark.parametrize(("address", "shown"), [("ftp://x.test/a.yaml", "ftp://x.test/a.yaml"), ("https://", "https:")])
def test_an_address_of_another_kind_is_not_a_missing_file(address: str, shown: str) -> None:
    with pytest.raises(SpecError) as caught:
        load(Path(address))
    assert str(caught.value).startswith(f"{shown}: this is neither a file nor an http address. Write it like https://")


def test_the_reason_has_no_number_of_the_system() -> None:
    with pytest.raises(SpecError, match=r"cannot be loaded \(Connection refused\)"):
        load(Path("http://127.0.0.1:9/none.yaml"))


def test_a_document_may_refer_to_its_neighbours(website: Website) -> None:
    website.files |= {"/v1/birds.yaml": answering("../schemas.yaml#/Wing"), "/schemas.yaml": "Wing: {type: string}\n"}
    document = load(Path(f"{website.base}/v1/birds.yaml"))
    assert "'type': 'string'" in str(document["paths"])


def test_other_servers_have_to_be_allowed(website: Website, tmp_path: Path) -> None:
    with served({"/s.yaml": "Wing: {type: string}\n"}) as other:
        text = answering(f"{other.base}/s.yaml#/Wing")
        website.files["/v1/birds.yaml"] = text
        local = tmp_path / "birds.yaml"
        local.write_text(text)
        for path in (Path(f"{website.base}/v1/birds.yaml"), local):
            with pytest.raises(SpecError, match=r"another machine.*--allow-remote-refs"):
                load(path)
            assert other.log == []
        for path in (Path(f"{website.base}/v1/birds.yaml"), local):
            assert "'type': 'string'" in str(read(path, Options(allow_remote_refs=True)).content["paths"])


def test_a_document_from_an_address_leads_to_no_file(website: Website) -> None:
    website.files["/v1/birds.yaml"] = answering("file:///etc/hostname")
    with pytest.raises(SpecError, match="neither a file nor an address"):
        read(Path(f"{website.base}/v1/birds.yaml"), Options(allow_remote_refs=True))
