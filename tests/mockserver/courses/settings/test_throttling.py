"""How often a tenant may be asked."""

import jwt
import pytest

from mockserver.courses import Settings
from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import OPEN, course, outcome


@pytest.mark.rule("ERR-06")
def test_whoever_asks_too_often_may_be_told_to_wait() -> None:
    mock = community(requests_per_minute=2)
    creator = mock.as_("creator")
    assert creator.get(course(OPEN)).status_code == 200
    mock.clock.advance(seconds=20)
    assert creator.patch(course(OPEN), json={"name": ""}).status_code == 400
    for left in (40, 39):
        late = creator.get(course(OPEN))
        assert outcome(late) == (429, [(None, "throttled")])
        assert (late.headers["Retry-After"], late.headers["X-Mock-Rule"]) == (str(left), "requests_per_minute")
        assert f"in {left} seconds." in late.text
        mock.clock.advance(seconds=1)
    mock.clock.advance(seconds=38)
    assert creator.get(course(OPEN)).status_code == 200
    assert creator.get(course(OPEN)).status_code == 429


@pytest.mark.rule("ERR-06")
def test_everybody_has_requests_of_his_own_and_strangers_have_them_together() -> None:
    mock = community(requests_per_minute=1)
    for person in ("creator", "member", "anon"):
        assert [mock.as_(person).get(course(OPEN)).status_code for _ in range(2)] == [200, 429]
    claims = {"user_id": 1, "exp": mock.clock.seconds + 60, "iat": mock.clock.seconds, "jti": "a"}
    token = jwt.encode({**claims, "token_type": "access"}, Settings().secret)
    assert mock.client({"Authorization": f"Bearer {token}"}).get(course(OPEN)).status_code == 429
    assert mock.client().get("/__mock__/health").status_code == 200


@pytest.mark.rule("ERR-05")
def test_requests_of_nobody_in_particular_are_not_counted() -> None:
    mock = community(requests_per_minute=1)
    for person, code in (("nobody", 401), ("anon", 401), ("creator", 405), ("creator", 429)):
        assert mock.as_(person).post(course(OPEN)).status_code == code
    excluding = mock.as_("creator").get(course(OPEN), headers={"Accept": "text/csv"})
    assert excluding.status_code == 406


@pytest.mark.rule("ERR-06")
def test_a_reset_and_a_clock_that_is_put_back_let_everybody_ask_again() -> None:
    mock = community(requests_per_minute=1)
    creator, again = mock.as_("creator"), [200, 429]
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/clock", json={"advance": "-P1D"})
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/reset")
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/clock", json={"advance": 59.5})
    late = creator.get(course(OPEN))
    assert (late.headers["Retry-After"], "in 1 second." in late.text) == ("1", True)
