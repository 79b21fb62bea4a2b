"""Retry-After, compressed bodies and quoted text, with arbitrary input."""

import gzip
import json
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.text import clean
from kpi_tui.sources.answers import Answer, inflated, quoted, read_json, retry_after
from kpi_tui.sources.port import SourceError

NOW = 1_774_353_600.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("1.5", 1.5),
        ("0", 1),
        ("604800", 7 * 86_400),
        ("999999999", 31 * 86_400),
        ("9" * 400, 31 * 86_400),
        ("120, 120", 120),
        ("60,900", 900),
        ("60, soon", None),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("١٢", None),
        ("Tue, 24 Mar 2026 12:02:00 GMT", 120),
        ("Tue, 24 Mar 2026 12:02:00 -0000", 120),
        ("Tue, 24 Mar 2026 14:02:00 +0200", 120),
        ("Tue, 24 Mar 2026 11:00:00 GMT", 1),
        ("Tuesday, 24-Mar-26 12:02:00 GMT", 120),
        ("Tue Mar 24 12:02:00 2026", 120),
        ("Sun, 24 Mar 2126 12:00:00 GMT", 31 * 86_400),
        ("Tue, 99 Mar 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after(text, NOW) == seconds


def test_no_retry_after() -> None:
    assert retry_after(None, NOW) is None


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ Mar \d+ \d+:\d+:\d+ .*"))
def test_retry_after_is_in_bounds_or_ignored(text: str) -> None:
    seconds = retry_after(text, NOW)
    assert seconds is None or 1 <= seconds <= 31 * 86_400


@given(st.integers(1, 86_400))
def test_retry_after_reads_dates_and_seconds_alike(ahead: int) -> None:
    date = format_datetime(datetime.fromtimestamp(NOW + ahead, UTC), usegmt=True)
    assert retry_after(date, NOW) == retry_after(str(ahead), NOW) == ahead


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "", "identity"]))
def test_what_was_compressed_comes_back(data: bytes, encoding: str) -> None:
    packed = {"gzip": gzip.compress(data), "deflate": zlib.compress(data)}
    assert inflated(packed.get(encoding, data), encoding, 3000) == data


@given(st.binary(max_size=3000))
def test_never_longer_than_the_limit(data: bytes) -> None:
    out = inflated(gzip.compress(data), "gzip", 1000)
    assert out == (data if len(data) <= 1000 else None)


@given(
    st.integers(100, 599),
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda t: json.dumps(t).encode()),
    st.dictionaries(st.sampled_from(["retry-after", "location"]), st.text(max_size=40)),
)
def test_any_answer_is_json_or_a_source_error(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    answer = Answer("stats.example", status, headers, body, ("s3cret-token",))
    found, error = answered(answer)
    if error is None:
        assert 200 <= status < 300
        assert found == json.loads(body)
    else:
        assert "stats.example" in error.message
        assert clean(error.message) == error.message


def answered(answer: Answer) -> tuple[object, SourceError | None]:
    """What is read, or the SourceError; anything else is a bug."""
    try:
        return read_json(answer, NOW), None
    except SourceError as error:
        return None, error


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"code": 3, "message": "no such key"}}', ": “no such key”"),
        (b'{"message": "", "detail": "gone"}', ": “gone”"),
        (b'{"error": "expired", "title": "Fault"}', ": “expired”"),
        (b'"plain"', ": “plain”"),
        (b"plain text\nof two lines", ": “plain text of two lines”"),
        (b'{"code": 3}', ""),
        (b"[1, 2]", ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_what_an_error_body_says(body: bytes, said: str) -> None:
    _, error = answered(Answer("h", 400, {}, body))
    assert error is not None
    assert error.message == f"h refused the request (400){said}"


@given(st.text(max_size=400), st.integers(0, 300))
def test_a_quote_is_short_clean_and_without_the_secret(text: str, at: int) -> None:
    said = quoted(f"{text[:at]}s3cr\u200bet-token{text[at:]}", ("s3cret-token",))
    assert len(said) <= 120
    assert "s3cret-token" not in said
    assert clean(said) == said
