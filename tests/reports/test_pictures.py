"""Pictures are known by their bytes, sized by their headers, and inlined once."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from policylang.reports import pictures
from policylang.reports.pictures import inline_pictures, media_type, pixel_size


def drawn(format_name: str, size: tuple[int, int] = (37, 21), **options: bool) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, format_name, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("JPEG", progressive=True), "image/jpeg"),
        (drawn("GIF"), "image/gif"),
        (drawn("WEBP"), "image/webp"),
        (drawn("WEBP", lossless=True), "image/webp"),
    ],
)
def test_type_and_size_come_from_the_bytes(data: bytes, kind: str) -> None:
    assert media_type(data) == kind
    assert pixel_size(data) == (37, 21)


def test_what_is_no_picture_is_left_out() -> None:
    files = {"images/a.png": b"<svg onload='x'>", "images/b.png": drawn("PNG")}
    assert list(inline_pictures(["images/a.png", "images/b.png", "images/none.png"], files)) == ["images/b.png"]


def test_a_picture_that_two_samples_show_is_inlined_once() -> None:
    data = drawn("PNG")
    found = inline_pictures(["images/b.png", "images/b.png"], {"images/b.png": data})
    assert len(found) == 1
    assert found["images/b.png"].url == f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_a_picture_too_large_for_a_page_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn("PNG")
    monkeypatch.setattr(pictures, "MAX_BYTES", len(data) - 1)
    assert inline_pictures(["images/b.png"], {"images/b.png": data}) == {}


@given(
    st.sampled_from([drawn("PNG"), drawn("JPEG"), drawn("GIF"), drawn("WEBP"), drawn("WEBP", lossless=True)]),
    st.integers(0, 60),
    st.binary(max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_a_broken_header_is_no_error(data: bytes, at: int, junk: bytes) -> None:
    size = pixel_size(data[:at] + junk)
    assert size is None or all(0 < side < 65_536 for side in size)
