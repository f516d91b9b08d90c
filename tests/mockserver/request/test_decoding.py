import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.errors import ApiError, Invalid, ParseError, Reason, UnsupportedMediaType
from mockserver.openapi.coercion import File
from mockserver.request.decoding import Decoder
from mockserver.request.media_types import JSON, MULTIPART, URLENCODED

ALL = (JSON, URLENCODED, MULTIPART)
LISTS = frozenset({"categories", "sections_order"})
BOUNDARY = "5e11"
FORM_DATA = f"{MULTIPART}; boundary={BOUNDARY}"
SEED_PAGE = b'{\n  "image_original": "string"\n}'

lenient = Decoder(ALL, LISTS)
strict = Decoder(ALL, LISTS, strict=True)


def part(name: str, content: bytes, *, filename: str | None = None, content_type: str | None = None) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    disposition += f'; filename="{filename}"' if filename is not None else ""
    disposition += f"\r\nContent-Type: {content_type}" if content_type else ""
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode() + content + b"\r\n"


def form_data(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class TestAnyEncoding:
    @pytest.mark.parametrize("content_type", [None, "", JSON, URLENCODED, MULTIPART, FORM_DATA, "text/plain", "☃"])
    def test_an_empty_body_has_no_fields_whatever_its_content_type(self, content_type: str | None) -> None:
        assert lenient(content_type, b"") == ({}, False, ())

    def test_two_empty_bodies_share_no_fields(self) -> None:
        lenient(JSON, b"").fields["name"] = "leaked"
        assert lenient(JSON, b"").fields == {}

    def test_the_same_fields_are_read_from_all_three_encodings(self) -> None:
        as_json = lenient(JSON, b'{"name": "x y", "categories": ["1", "2"]}')
        as_form = lenient(URLENCODED, b"name=x+y&categories=1&categories=2")
        as_parts = lenient(FORM_DATA, form_data(part("name", b"x y"), part("categories", b'["1","2"]')))
        assert as_json.fields == as_form.fields == as_parts.fields == {"name": "x y", "categories": ["1", "2"]}
        assert [as_json.form, as_form.form, as_parts.form] == [False, True, True]

    @pytest.mark.parametrize(
        "content_type",
        [
            "Application/JSON",
            "application/json; charset=utf-8",
            'application/json;charset="UTF-8"',
            JSON + ";v=1",
        ],
    )
    def test_case_and_parameters_of_the_media_type_do_not_matter(self, content_type: str) -> None:
        assert lenient(content_type, b'{"a":1}').fields == {"a": 1}

    @pytest.mark.parametrize("content_type", [None, ""])
    def test_a_body_without_a_content_type_is_read_as_json(self, content_type: str | None) -> None:
        assert lenient(content_type, b'{"a":1}').fields == {"a": 1}

    def test_a_body_without_a_content_type_is_refused_where_json_is_not_read(self) -> None:
        with pytest.raises(UnsupportedMediaType, match=r"no Content-Type\. Send one of: multipart/form-data"):
            Decoder([MULTIPART])(None, b"{}")

    @pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=utf-8", "json", ";", "☃; a=☃"])
    def test_an_unknown_media_type_is_refused(self, content_type: str) -> None:
        with pytest.raises(UnsupportedMediaType):
            lenient(content_type, b"x")

    def test_the_refusal_of_a_media_type_names_those_that_are_read(self) -> None:
        with pytest.raises(UnsupportedMediaType, match="Send one of: application/json, multipart/form-data") as refused:
            Decoder([MULTIPART, JSON])(URLENCODED, b"a=1")
        assert refused.value.reason is Reason.MEDIA_TYPE

    @pytest.mark.parametrize("content_type", [f"{JSON}; charset=latin-1", f"{URLENCODED};charset=utf-16"])
    def test_another_charset_than_utf_8_is_refused(self, content_type: str) -> None:
        with pytest.raises(UnsupportedMediaType, match="as UTF-8"):
            lenient(content_type, b"{}")

    def test_wildcards_and_json_dialects_of_a_document_are_read(self) -> None:
        assert Decoder(["*/*"])(URLENCODED, b"a=1").fields == {"a": "1"}
        assert Decoder(["application/merge-patch+json"])("application/merge-patch+json", b"{}").fields == {}

    def test_an_operation_without_a_readable_media_type_refuses_bodies(self) -> None:
        with pytest.raises(UnsupportedMediaType, match="without a body"):
            Decoder(["image/png"])(JSON, b"{}")

    def test_endless_spellings_of_a_header_are_all_read(self) -> None:
        decoder = Decoder(ALL)
        assert all(decoder(f"{JSON}; v={n}", b'{"a":1}').fields == {"a": 1} for n in range(300))


class TestJson:
    def test_integers_beyond_64_bits_stay_exact(self) -> None:
        assert lenient(JSON, b'{"a":123456789012345678901234567890}').fields["a"] == 123456789012345678901234567890

    def test_the_last_of_two_equal_keys_wins(self) -> None:
        assert lenient(JSON, b'{"a":1,"a":2}').fields == {"a": 2}

    @pytest.mark.parametrize(
        "content",
        [
            b"{",
            b'{"a":NaN}',
            b'{"a":Infinity}',
            b'{"a":1e999}',
            b'{"a":"\xff"}',
            b'{"a":"\\ud800"}',
            b'{"\\udc00":1}',
            b'{"a":1} x',
            b"{'a':1}",
            b" ",
            b"\xef\xbb\xbf{}",
            b'{"a":' + b"9" * 10_000 + b"}",
        ],
    )
    def test_text_that_is_not_json_cannot_be_read(self, content: bytes) -> None:
        with pytest.raises(ParseError) as refused:
            lenient(JSON, content)
        assert refused.value.problems[0].code == "parse_error"
        assert refused.value.reason is Reason.MALFORMED_BODY

    @pytest.mark.parametrize("depth", [101, 200, 900, 100_000])
    @pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
    def test_brackets_nested_beyond_the_limit_are_refused(self, depth: int, opening: bytes, closing: bytes) -> None:
        with pytest.raises(ParseError, match="deeper than 100 levels"):
            lenient(JSON, opening * depth + b"1" + closing * depth)

    def test_unclosed_brackets_without_end_are_refused(self) -> None:
        with pytest.raises(ParseError):
            lenient(JSON, b"[" * 100_000)

    def test_a_wide_body_and_one_at_the_limit_are_read(self) -> None:
        wide = b'{"a":[' + b",".join([b"[{}]"] * 1_000) + b"]}"
        deep = b'{"a":' * 100 + b"1" + b"}" * 100
        assert len(lenient(JSON, wide).fields["a"]) == 1_000  # type: ignore[arg-type] # the list of the line above
        assert "a" in lenient(JSON, deep).fields

    def test_brackets_within_a_string_are_not_depth(self) -> None:
        text = "[{" * 1_000
        assert lenient(JSON, f'{{"a":"{text}"}}'.encode()).fields == {"a": text}

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"null", "null"),
            (b"[]", "invalid"),
            (b"1", "invalid"),
            (b'"text"', "invalid"),
            (b"true", "invalid"),
        ],
    )
    def test_json_that_is_no_object_is_refused_as_a_whole(self, content: bytes, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            lenient(JSON, content)
        (problem,) = refused.value.problems
        assert (problem.field, problem.code, problem.rule) == (None, code, None)
        assert "Send a JSON object" in problem.message

    def test_a_list_that_came_as_json_text_is_read_as_a_list_with_a_notice(self) -> None:
        body = lenient(JSON, b'{"sections_order":"[2, 1]","name":"[2, 1]"}')
        assert body.fields == {"sections_order": [2, 1], "name": "[2, 1]"}
        assert body.notices == ("JSON text read as a list: sections_order",)

    @pytest.mark.parametrize("text", ["", "x", "[1", "{}", "1,2", "[" * 300, "[NaN]"])
    def test_other_text_in_place_of_a_list_is_left_as_it_is(self, text: str) -> None:
        assert lenient(JSON, f'{{"categories":"{text}"}}'.encode()) == ({"categories": text}, False, ())

    def test_strict_reading_takes_text_for_text(self) -> None:
        assert strict(JSON, b'{"categories":"[1]"}') == ({"categories": "[1]"}, False, ())

    def test_names_with_brackets_are_not_respelled(self) -> None:
        assert lenient(JSON, b'{"categories[]":[1],"categories[0]":1}').fields == {
            "categories[]": [1],
            "categories[0]": 1,
        }


class TestUrlencoded:
    @pytest.mark.parametrize(
        ("content", "fields"),
        [
            (b"name=A+new%20name", {"name": "A new name"}),
            ("name=Caffè ☕".encode(), {"name": "Caffè ☕"}),
            (b"name=%E2%98%95", {"name": "☕"}),
            (b"name=", {"name": ""}),
            (b"name", {"name": ""}),
            (b"name=1&name=2", {"name": "2"}),
            (b"a;b=1", {"a;b": "1"}),
            (b"name=100%zz", {"name": "100%zz"}),
        ],
    )
    def test_pairs_are_read_as_forms_write_them(self, content: bytes, fields: dict[str, object]) -> None:
        assert lenient(URLENCODED, content) == (fields, True, ())

    @pytest.mark.parametrize("content", [b"name=\xff", b"name=%FF", b"%ed%a0%80=1"])
    def test_bytes_that_are_not_utf_8_cannot_be_read(self, content: bytes) -> None:
        with pytest.raises(ParseError, match="not UTF-8"):
            lenient(URLENCODED, content)

    def test_a_thousand_fields_are_read_and_one_more_is_refused(self) -> None:
        assert len(lenient(URLENCODED, b"&".join(b"k%d=1" % n for n in range(1_000))).fields) == 1_000
        with pytest.raises(ParseError, match="more than 1000"):
            lenient(URLENCODED, b"a=1&" * 1_000 + b"a=1")

    def test_the_example_of_the_seed_page_works_as_printed(self) -> None:
        body = lenient(URLENCODED, SEED_PAGE)
        assert body.fields == {"image_original": "string"}
        assert (body.form, body.notices) == (
            False,
            ("JSON text read under application/x-www-form-urlencoded",),
        )

    def test_strict_reading_refuses_json_text_and_names_the_right_content_type(self) -> None:
        with pytest.raises(ParseError, match="Send it as application/json"):
            strict(URLENCODED, SEED_PAGE)

    @pytest.mark.parametrize("content", [b"{name=1", b'{"a":', b"[1,2]", b'"text"'])
    @pytest.mark.parametrize("decoder", [lenient, strict])
    def test_text_that_only_looks_like_json_is_a_form(self, decoder: Decoder, content: bytes) -> None:
        assert decoder(URLENCODED, content).form


class TestListsInForms:
    @pytest.mark.parametrize(
        ("content", "items"),
        [
            (b"categories=1", ["1"]),
            (b"categories=1&categories=2", ["1", "2"]),
            (b"categories[]=1&categories[]=2", ["1", "2"]),
            (b"categories%5B%5D=1", ["1"]),
            (b"categories[1]=2&categories[10]=3&categories[0]=1", ["1", "2", "3"]),
            (b"categories=[2,1]", [2, 1]),
            (b'categories=["2","1"]', ["2", "1"]),
            (b"categories=[]", []),
            (b"categories=", [""]),
            (b"categories[]=", [""]),
            (b"categories=+", [" "]),
            (b"categories=1,2", ["1,2"]),
            (b"categories=[1", ["[1"]),
            (b"categories=&categories=1", ["", "1"]),
        ],
    )
    def test_every_spelling_of_a_list_is_read(self, content: bytes, items: list[object]) -> None:
        assert lenient(URLENCODED, content).fields == {"categories": items}

    def test_brackets_behind_a_name_that_is_no_list_stay(self) -> None:
        assert lenient(URLENCODED, b"name[]=1&name[0]=2").fields == {"name[]": "1", "name[0]": "2"}

    @pytest.mark.parametrize(
        "name", ["categories[x]", "categories[0][1]", "categories[-1]", f"categories[{'9' * 5000}]"]
    )
    def test_other_brackets_are_another_name(self, name: str) -> None:
        assert lenient(URLENCODED, f"{name}=1".encode()).fields == {name: "1"}

    def test_absent_lists_stay_absent(self) -> None:
        assert lenient(URLENCODED, b"name=1").fields == {"name": "1"}


class TestMultipart:
    def test_a_part_with_a_filename_is_a_file(self) -> None:
        content = bytes(range(256)) + b"\r\n--5e1"
        body = lenient(FORM_DATA, form_data(part("image", content, filename="ö.png", content_type="image/png")))
        assert body.fields == {"image": File("ö.png", "image/png", content)}

    def test_a_file_without_a_content_type_is_a_stream_of_bytes(self) -> None:
        body = lenient(FORM_DATA, form_data(part("image", b"x", filename="a")))
        assert body.fields == {"image": File("a", "application/octet-stream", b"x")}

    def test_a_chosen_file_that_is_empty_is_a_file(self) -> None:
        body = lenient(FORM_DATA, form_data(part("image", b"", filename="a.png")))
        assert body.fields == {"image": File("a.png", "application/octet-stream", b"")}

    def test_a_file_input_without_a_choice_is_no_field(self) -> None:
        assert lenient(FORM_DATA, form_data(part("image", b"", filename=""))).fields == {}

    def test_text_parts_keep_their_line_ends_and_blanks(self) -> None:
        assert lenient(FORM_DATA, form_data(part("a", b" x\r\n\r\ny "))).fields == {"a": " x\r\n\r\ny "}

    def test_lists_keep_the_order_of_their_indices(self) -> None:
        body = lenient(FORM_DATA, form_data(part("categories[1]", b"2"), part("categories[0]", b"1")))
        assert body.fields == {"categories": ["1", "2"]}

    def test_a_form_without_parts_has_no_fields(self) -> None:
        assert lenient(FORM_DATA, form_data()) == ({}, True, ())

    def test_what_follows_the_final_boundary_is_ignored(self) -> None:
        assert lenient(FORM_DATA, form_data(part("a", b"1")) + b"epilogue").fields == {"a": "1"}

    def test_a_quoted_boundary_is_read(self) -> None:
        assert lenient(f'{MULTIPART}; boundary="{BOUNDARY}"', form_data(part("a", b"1"))).fields == {"a": "1"}

    def test_each_body_is_read_with_its_own_boundary(self) -> None:
        assert lenient(FORM_DATA, form_data(part("a", b"1"))).fields == {"a": "1"}
        other = form_data(part("a", b"2")).replace(BOUNDARY.encode(), b"other")
        assert lenient(f"{MULTIPART}; boundary=other", other).fields == {"a": "2"}

    @pytest.mark.parametrize(
        "content_type", [MULTIPART, f"{MULTIPART}; boundary=", f"{MULTIPART}; boundary={'x' * 999}"]
    )
    def test_a_missing_or_endless_boundary_cannot_be_read(self, content_type: str) -> None:
        with pytest.raises(ParseError):
            lenient(content_type, form_data(part("a", b"1")))

    @pytest.mark.parametrize(
        "content",
        [
            part("a", b"1"),
            form_data(part("a", b"1"))[:-4],
            b"\r\n",
            b"junk" + form_data(part("a", b"1")),
            b"--5e11\r\n\r\nno header\r\n--5e11--",
            b"--5e11\r\nContent-Disposition: form-data\r\n\r\n1\r\n--5e11--",
            b'--5e11\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--5e11--',
            b"--5e11\r\n\x00\xff: junk\r\n\r\n1\r\n--5e11--",
            b"--5e11\r\nContent-Disposition\r\n\r\n1\r\n--5e11--",
            b"--5e11\r\n" + b"X: y\r\n" * 1_000 + b"\r\n1\r\n--5e11--",
            form_data(part("a", b"\xff")),
            b'--5e11\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n--5e11--',
            b'--5e11\r\nContent-Disposition: form-data; name="a"; filename="\xff"\r\n\r\n1\r\n--5e11--',
        ],
    )
    def test_malformed_forms_cannot_be_read(self, content: bytes) -> None:
        with pytest.raises(ParseError):
            lenient(FORM_DATA, content)

    def test_a_thousand_parts_are_read_and_one_more_is_refused(self) -> None:
        assert len(lenient(FORM_DATA, form_data(*[part(f"k{n}", b"") for n in range(1_000)])).fields) == 1_000
        with pytest.raises(ParseError, match="more than 1000"):
            lenient(FORM_DATA, form_data(*[part("a", b"")] * 1_001))

    def test_what_callers_get_wrong_prints_nothing_of_its_own(self, capsys: pytest.CaptureFixture[str]) -> None:
        root = logging.getLogger()
        handlers, root.handlers = root.handlers, []
        try:
            with pytest.raises(ParseError):
                lenient(FORM_DATA, b"junk")
        finally:
            root.handlers = handlers
        assert capsys.readouterr() == ("", "")


CONTENT_TYPES = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.sampled_from([JSON, URLENCODED, FORM_DATA, MULTIPART, f"{MULTIPART}; boundary=--", f"{JSON}; charset=x"]),
)
FRAGMENTS = st.sampled_from(
    [
        b"--5e11",
        b"--",
        b"\r\n",
        b"\r",
        b"Content-Disposition: form-data; name=",
        b'"',
        b"a",
        b": ",
        b"; filename=",
        b"\r\n\r\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\\ud800",
        b"&",
        b"=",
        b"%",
        b"%FF",
        b"categories[",
        b"9",
        b"\xff",
        b"\x00",
        b"null",
    ]
)
BODIES = st.one_of(st.binary(max_size=200), st.lists(FRAGMENTS, max_size=30).map(b"".join))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(content_type=CONTENT_TYPES, content=BODIES, decoder=st.sampled_from([lenient, strict]))
def test_no_bytes_under_any_content_type_raise_anything_but_a_refusal(
    content_type: str | None, content: bytes, decoder: Decoder
) -> None:
    try:
        body = decoder(content_type, content)
    except ApiError:
        return
    assert all(isinstance(name, str) for name in body.fields)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(alphabet="abcdefgh_", min_size=1), st.binary(max_size=80).filter(lambda b: b"5e11" not in b)
    )
)
def test_what_a_client_encodes_as_file_parts_comes_out_byte_for_byte(files: dict[str, bytes]) -> None:
    body = lenient(FORM_DATA, form_data(*[part(name, content, filename="f") for name, content in files.items()]))
    assert {name: file.content for name, file in body.fields.items() if isinstance(file, File)} == files
