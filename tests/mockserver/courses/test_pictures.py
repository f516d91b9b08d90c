import base64
import struct
import warnings
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.courses import Settings, pictures
from mockserver.errors import Invalid

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def encoded(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.effect_noise(size, 80).convert(mode)
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def three_bands(kind: str) -> bytes:
    """Red, green and blue from left to right, 20 by 20 pixels each."""
    image = Image.new("RGB", (60, 20), GREEN)
    image.paste(RED, (0, 0, 20, 20))
    image.paste(BLUE, (40, 0, 60, 20))
    target = BytesIO()
    image.save(target, kind)
    return target.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def refused(content: bytes, **options: int) -> tuple[str | None, str, str | None, str]:
    with pytest.raises(Invalid) as refusal:
        pictures.read_upload(content, **options)
    (problem,) = refusal.value.problems
    return problem.field, problem.code, problem.rule, problem.message


GIF, PNG, JPEG = encoded("GIF"), encoded("PNG"), encoded("JPEG")
ANIMATED = encoded("GIF", save_all=True, append_images=[Image.new("RGB", (40, 30), RED)])


class TestUploads:
    @pytest.mark.parametrize(
        "content",
        [
            GIF,
            PNG,
            JPEG,
            ANIMATED,
            encoded("PNG", mode="RGBA"),
            encoded("PNG", mode="P"),
            encoded("PNG", mode="1"),
            encoded("PNG", mode="I;16"),
            encoded("JPEG", mode="CMYK"),
            encoded("JPEG", mode="L", progressive=True),
            encoded("PNG", size=(1, 1)),
        ],
    )
    def test_a_gif_a_png_and_a_jpeg_are_taken_as_they_came(self, content: bytes) -> None:
        assert pictures.read_upload(content) == content

    def test_an_empty_file_is_refused_as_empty(self) -> None:
        assert refused(b"")[:3] == ("image_original", "empty", "COURSE-PATCH-43")

    def test_a_file_beyond_the_limit_is_refused_with_the_limit(self) -> None:
        field, code, _, message = refused(PNG, limit=len(PNG) - 1)
        assert (field, code) == ("image_original", "too_large")
        assert f"at most {len(PNG) - 1}" in message
        assert pictures.read_upload(PNG, limit=len(PNG)) == PNG

    @pytest.mark.parametrize("content", [encoded("BMP"), encoded("WEBP"), encoded("TIFF"), b"<svg/>", b"text", b"\0"])
    def test_what_is_no_gif_png_or_jpeg_is_refused(self, content: bytes) -> None:
        assert refused(content)[:3] == ("image_original", "invalid_image", "COURSE-PATCH-43")

    @pytest.mark.parametrize("content", [GIF, PNG, JPEG], ids=["gif", "png", "jpeg"])
    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
    def test_a_truncated_picture_is_refused(self, content: bytes, share: float) -> None:
        assert refused(content[: int(len(content) * share)])[1] == "invalid_image"

    def test_a_picture_with_damaged_pixels_is_refused(self) -> None:
        middle = PNG.index(b"IDAT") + 40
        assert refused(PNG[:middle] + b"\0" * 20 + PNG[middle + 20 :])[1] == "invalid_image"

    @pytest.mark.parametrize("size", [(7_072, 7_072), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
    def test_a_small_file_that_claims_a_huge_picture_is_refused_before_it_is_decoded(
        self, size: tuple[int, int]
    ) -> None:
        assert refused(png_that_claims(*size))[1] == "invalid_image"

    def test_the_refusal_of_a_huge_picture_names_the_number_of_pixels(self) -> None:
        assert "50000000 pixels" in refused(png_that_claims(10_000, 10_000))[3]

    def test_a_picture_without_pixels_is_refused(self) -> None:
        assert refused(png_that_claims(0, 0))[1] == "invalid_image"

    def test_the_filters_of_warnings_are_left_as_they_were(self) -> None:
        before = list(warnings.filters)
        pictures.read_upload(PNG)
        refused(png_that_claims(10_000, 10_000))
        assert list(warnings.filters) == before

    @settings(deadline=None)
    @given(
        content=st.sampled_from([GIF, PNG, JPEG, ANIMATED]),
        place=st.floats(0, 1),
        junk=st.binary(max_size=12),
        cut=st.booleans(),
    )
    def test_no_damage_raises_anything_but_a_refusal(
        self, content: bytes, place: float, junk: bytes, cut: bool
    ) -> None:
        at = int(len(content) * place)
        damaged = content[:at] + junk + (b"" if cut else content[at + len(junk) :])
        try:
            taken = pictures.read_upload(damaged)
        except Invalid as refusal:
            refusal_codes = {problem.code for problem in refusal.problems}
        else:
            assert taken == damaged
            return
        assert refusal_codes <= {"empty", "invalid_image"}


class TestText:
    @pytest.mark.parametrize("head", ["data:image/png;base64,", "DATA:image/png;BASE64,", "data:;base64,", ""])
    def test_a_picture_in_base64_is_decoded_with_or_without_data_uri(self, head: str) -> None:
        assert pictures.from_text(head + base64.b64encode(PNG).decode()) == PNG

    @pytest.mark.parametrize("content", [GIF, PNG, JPEG])
    def test_each_format_is_known_by_how_it_begins(self, content: bytes) -> None:
        assert pictures.from_text(base64.b64encode(content).decode()) == content

    def test_line_breaks_and_missing_padding_do_not_matter(self) -> None:
        assert pictures.from_text(base64.encodebytes(PNG).decode().replace("=", "")) == PNG

    def test_a_data_uri_may_escape_its_bytes(self) -> None:
        assert pictures.from_text("data:image/gif,GIF89a%00%FF") == b"GIF89a\0\xff"
        escaped = base64.b64encode(PNG).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        assert pictures.from_text(f"data:image/png;base64,{escaped}") == PNG

    @pytest.mark.parametrize(
        "text", ["data:image/png;base64,???", "data:image/png;base64,ééé", "data:text/plain,hello"]
    )
    def test_a_data_uri_without_a_picture_is_left_for_the_upload_to_refuse(self, text: str) -> None:
        content = pictures.from_text(text)
        assert content is not None
        assert refused(content)[1] == "invalid_image"

    @pytest.mark.parametrize("text", ["data:", "data:image/png;base64,"])
    def test_a_data_uri_of_nothing_is_an_empty_file(self, text: str) -> None:
        assert pictures.from_text(text) == b""

    @pytest.mark.parametrize(
        "text", ["string", "", "AAAA", "https://example.com/a.png", "/9j/photo.jpg", "iVBORw0KGgo!", "💥"]
    )
    def test_any_other_text_stands_for_a_picture(self, text: str) -> None:
        assert pictures.from_text(text) is None

    @given(
        st.one_of(
            st.text(),
            st.builds(
                str.__add__,
                st.sampled_from(["data:", "data:;base64,", "/9j/", "R0lGOD"]),
                st.text(max_size=20),
            ),
        )
    )
    def test_every_text_is_read(self, text: str) -> None:
        assert isinstance(pictures.from_text(text), bytes | None)


class TestPlaceholders:
    def test_the_same_seed_gives_the_same_picture(self) -> None:
        assert pictures.placeholder("course 1") == pictures.placeholder("course 1")

    def test_other_seeds_give_other_pictures(self) -> None:
        assert len({pictures.placeholder(f"course {n}") for n in range(50)}) == 50

    @pytest.mark.parametrize("seed", ["", "string", "☕", "\ud800"])
    def test_a_placeholder_is_a_picture_for_every_seed(self, seed: str) -> None:
        content = pictures.placeholder(seed)
        assert pictures.read_upload(content) == content
        with Image.open(BytesIO(content)) as image:
            assert image.size == (800, 800)


class TestSquares:
    @pytest.mark.parametrize("size", [*Settings().picture_sizes().values(), 1])
    @pytest.mark.parametrize("shape", [(40, 30), (30, 40), (1, 1), (1_000, 10), (900, 900)])
    def test_every_size_is_a_square_of_its_pixels(self, size: int, shape: tuple[int, int]) -> None:
        with Image.open(BytesIO(pictures.square(encoded("PNG", shape), size).content)) as image:
            assert image.size == (size, size)

    def test_the_sizes_are_those_of_the_four_fields(self) -> None:
        assert Settings().picture_sizes() == {"bigger": 800, "big": 400, "medium": 200, "small": 100}

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "JPEG"])
    def test_a_square_shows_the_middle(self, kind: str) -> None:
        with Image.open(BytesIO(pictures.square(three_bands(kind), 100).content)) as image:
            colours = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
        assert isinstance(colours, tuple)
        assert colours == pytest.approx(GREEN, abs=30)

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (JPEG, "image/jpeg"),
            (encoded("JPEG", mode="CMYK"), "image/jpeg"),
            (encoded("JPEG", mode="L"), "image/jpeg"),
            (PNG, "image/png"),
            (GIF, "image/png"),
            (encoded("PNG", mode="RGBA"), "image/png"),
            (encoded("PNG", mode="1"), "image/png"),
            (ANIMATED, "image/png"),
        ],
    )
    def test_a_square_comes_with_its_media_type(self, content: bytes, media_type: str) -> None:
        picture = pictures.square(content, 100)
        assert picture.media_type == media_type
        with Image.open(BytesIO(picture.content)) as image:
            assert image.get_format_mimetype() == media_type

    def test_what_is_transparent_stays_transparent(self) -> None:
        target = BytesIO()
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(target, "PNG")
        with Image.open(BytesIO(pictures.square(target.getvalue(), 100).content)) as image:
            assert image.convert("RGBA").getpixel((50, 50)) == (0, 0, 0, 0)

    def test_sixteen_bits_of_grey_keep_their_brightness(self) -> None:
        target = BytesIO()
        Image.new("I;16", (50, 50), 128 * 256).save(target, "PNG")
        with Image.open(BytesIO(pictures.square(target.getvalue(), 100).content)) as image:
            assert image.convert("L").getpixel((50, 50)) == pytest.approx(128, abs=1)

    def test_a_photo_that_lies_on_its_side_is_set_upright(self) -> None:
        image = Image.new("RGB", (80, 80), BLUE)
        image.paste(RED, (0, 0, 40, 80))
        exif = Image.Exif()
        exif[0x0112] = 6  # Orientation: turn by 90 degrees clockwise to see it upright
        target = BytesIO()
        image.save(target, "JPEG", exif=exif)
        with Image.open(BytesIO(pictures.square(target.getvalue(), 100).content)) as upright:
            top, bottom = upright.getpixel((50, 10)), upright.getpixel((50, 90))
        assert top == pytest.approx(RED, abs=30)
        assert bottom == pytest.approx(BLUE, abs=30)

    def test_what_is_no_picture_is_refused_here_too(self) -> None:
        with pytest.raises(Invalid, match="not a whole gif, png or jpeg"):
            pictures.square(b"text", 100)
