"""Faults of the network that no loopback server can play."""

import httpx
import pytest

from kpi_tui.sources.unreached import unreached


@pytest.mark.parametrize(
    ("error", "words", "fault"),
    [
        (
            httpx.ConnectTimeout("x"),
            "did not accept a connection within 10 s",
            "failed",
        ),
        (httpx.PoolTimeout("x"), "stopped answering", "failed"),
        (httpx.ConnectError("secret"), "could not be reached", "failed"),
        (httpx.LocalProtocolError("secret"), "cannot be sent", "config"),
        (httpx.ProxyError("secret"), "the proxy did not let", "failed"),
        (httpx.ReadError("secret"), "broke off its answer", "failed"),
        (httpx.DecodingError("secret"), "failed", "failed"),
    ],
)
def test_each_has_a_sentence_of_its_own(
    error: httpx.HTTPError, words: str, fault: str
) -> None:
    found = unreached("stats.example", error, 10)
    assert words in found.message
    assert "stats.example" in found.message
    assert "secret" not in f"{found.message} {found.hint}"
    assert found.fault == fault


def test_a_cause_deep_inside_is_found() -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = OSError("all attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("both", [ConnectionRefusedError()])
    assert unreached("h", error, 10).message == "h refused the connection"
