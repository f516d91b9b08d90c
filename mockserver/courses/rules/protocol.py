"""Which documented rule stands behind each rejection by the core: authentication, media types, methods."""

from collections.abc import Mapping
from typing import Final

from mockserver.errors import Reason

RULES: Final[Mapping[Reason, str]] = {
    Reason.LOGIN_REQUIRED: "AUTH-02",
    Reason.LOGIN_BEFORE_METHOD: "ERR-05",
    Reason.BAD_CREDENTIALS: "AUTH-03",
    Reason.AUTHORIZATION_HEADER: "AUTH-01",
    Reason.TOKEN_SIGNATURE: "AUTH-JWT-01",
    Reason.TOKEN_LIFETIME: "AUTH-JWT-02",
    Reason.TOKEN_USER: "AUTH-JWT-03",
    Reason.TOKEN_TYPE: "AUTH-JWT-04",
    Reason.TOKEN_CLAIMS: "AUTH-JWT-05",
    Reason.METHOD: "TRANS-06",
    Reason.ACCEPT: "TRANS-05",
    Reason.MEDIA_TYPE: "TRANS-03",
    Reason.MALFORMED_BODY: "TRANS-04",
    # No rule has a number of requests: the setting that limits them is named instead.
    Reason.RATE_LIMIT: "requests_per_minute",
}
