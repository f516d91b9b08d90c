"""The preferences of a request (RFC 7240) that choose its response: ``code``, ``example`` and ``dynamic``."""

from typing import Final, NamedTuple

from mockserver.call import Request

_NAMES: Final = frozenset({"code", "example", "dynamic"})


class Preferences(NamedTuple):
    """Which documented response a caller asks for; a name is empty where they do not say."""

    code: str = ""
    example: str = ""
    dynamic: bool = False

    @property
    def applied(self) -> str:
        """The preferences, as Preference-Applied has them."""
        texts = [f"{name}={value}" for name, value in (("code", self.code), ("example", self.example)) if value]
        return ", ".join([*texts, *(["dynamic=true"] if self.dynamic else [])])


NO_PREFERENCES: Final = Preferences()


def preferences(request: Request) -> Preferences | None:
    """Return the preferences of a request that choose its response, None without one."""
    header = request.headers.get(b"prefer")
    if header is None:
        return None
    values: dict[str, str] = {}
    for token in header.decode("latin-1").replace(";", ",").split(","):
        name, _, value = token.partition("=")
        name = name.strip().lower()
        # Of a preference that comes twice, the first one counts (RFC 7240, section 2).
        if name in _NAMES:
            values.setdefault(name, value.strip().strip('"'))
    if not values:
        return None
    dynamic = values.get("dynamic", "false").lower() in ("true", "1", "")
    chosen = Preferences(values.get("code", ""), values.get("example", ""), dynamic)
    return chosen if any(chosen) else None
