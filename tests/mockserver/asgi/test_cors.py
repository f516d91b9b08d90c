import httpx
import pytest

from tests.mockserver.support import COURSES, OPEN, SEARCH, Mock, course, mock_of, status

ORIGIN = "http://localhost:3000"
PATHS = [COURSES, SEARCH, course(OPEN), status(OPEN), course(999_999), "/oauth/token/", "/oauth/authorize/"]
PATHS += ["/", "/ui/", "/openapi.json", "/api/v2/nowhere/", "/__mock__/health", "/__mock__/reset", "/media/x"]

ANSWERS = [
    ("creator", "GET", course(OPEN), 200),
    ("creator", "POST", COURSES, 400),
    ("anon", "POST", COURSES, 401),
    ("member", "PATCH", course(OPEN), 403),
    ("member", "GET", "/api/v2/nowhere/", 404),
    ("member", "GET", course(999_999), 404),
    ("creator", "POST", course(OPEN), 405),
    ("creator", "DELETE", course(2), 204),
    ("anon", "GET", "/api/v2/course", 301),
    ("anon", "GET", "/ui/", 200),
    ("anon", "GET", "/ui/swagger-ui.css", 200),
    ("anon", "GET", "/ui/nothing", 404),
    ("anon", "POST", "/ui/", 405),
    ("anon", "GET", "/openapi.json", 200),
    ("anon", "GET", "/__mock__/health", 200),
    ("anon", "GET", "/__mock__/nothing", 404),
    ("anon", "GET", "/__mock__/reset", 405),
    ("anon", "GET", "/media/course/start-1/small", 200),
]


@pytest.mark.parametrize(("person", "method", "path", "code"), ANSWERS)
def test_every_answer_lets_pages_of_any_origin_read_it(
    mock: Mock, person: str, method: str, path: str, code: int
) -> None:
    answer = mock.as_(person).request(method, path, headers={"Origin": ORIGIN})
    assert answer.status_code == code
    assert answer.headers.get_list("Access-Control-Allow-Origin") == [ORIGIN]
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in [name.strip() for name in ",".join(answer.headers.get_list("Vary")).split(",")]


@pytest.mark.parametrize(("person", "method", "path", "code"), ANSWERS)
def test_every_answer_is_for_everybody_where_no_origin_is_told(
    mock: Mock, person: str, method: str, path: str, code: int
) -> None:
    answer = mock.as_(person).request(method, path)
    assert (answer.status_code, answer.headers.get_list("Access-Control-Allow-Origin")) == (code, ["*"])


def test_an_answer_to_a_body_that_is_too_large_can_be_read_too() -> None:
    caller = mock_of(body_limit=100).client({"Authorization": "Bearer creator", "Origin": ORIGIN})
    answer = caller.patch(course(OPEN), json={"description": "x" * 100})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (413, ORIGIN)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_browsers_may_ask_first_without_a_token(anon: httpx.Client, path: str, method: str) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = anon.options(path, headers=headers)
    assert answer.status_code in {200, 204}
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert method in answer.headers["Access-Control-Allow-Methods"]
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type"} <= allowed


@pytest.mark.parametrize("bad", ["creator", "Bearer x", ""])
def test_a_bad_token_does_no_harm_to_a_preflight(anon: httpx.Client, bad: str) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH", "Authorization": bad, "Accept": "text/csv"}
    answer = anon.options(course(OPEN), headers=headers)
    assert answer.status_code in {200, 204}
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_pages_may_read_what_the_mock_says_in_headers(anon: httpx.Client) -> None:
    answer = anon.get(course(OPEN), headers={"Origin": ORIGIN})
    exposed = {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert {"X-Mock-Rule", "X-Mock-Notice", "Allow", "WWW-Authenticate", "Preference-Applied"} <= exposed


@pytest.mark.parametrize("path", [course(OPEN), COURSES, SEARCH])
def test_options_tells_without_a_token_what_a_path_offers(anon: httpx.Client, path: str) -> None:
    answer = anon.options(path)
    offered = set(answer.headers["Allow"].split(", "))
    assert answer.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= offered
    assert ("PATCH" in offered) is (path == course(OPEN))
    assert ("POST" in offered) is (path == COURSES)
