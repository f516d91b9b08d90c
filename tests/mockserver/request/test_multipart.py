"""What another library has written as multipart is read as it was meant."""

from hypothesis import given
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from mockserver.openapi.coercion import File
from mockserver.request.multipart import parts

# Names stay in what every encoder writes alike; the values are whatever bytes a file can hold.
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_[]0123456789", min_size=1, max_size=12)
_TEXTS = st.text(max_size=40)
_FILES = st.tuples(_NAMES, st.binary(max_size=200))

Field = tuple[str, str | tuple[str, bytes]]


@given(st.lists(st.tuples(_NAMES, _TEXTS | _FILES), max_size=8))
def test_every_part_comes_back(fields: list[Field]) -> None:
    content, content_type = encode_multipart_formdata([(name, _given(value)) for name, value in fields])
    boundary = content_type.partition("boundary=")[2].encode()
    assert parts(content, boundary) == [(name, _read(value)) for name, value in fields]


def _given(value: str | tuple[str, bytes]) -> str | tuple[str, bytes, str]:
    return value if isinstance(value, str) else (*value, "image/png")


def _read(value: str | tuple[str, bytes]) -> str | File:
    return value if isinstance(value, str) else File(value[0], "image/png", value[1])
