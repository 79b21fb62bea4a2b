"""The page that the browser comes back to, as rude browsers and strangers meet it."""

import asyncio
import socket
import time

import pytest

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin import callback as module
from kpi_tui.sources.signin.callback import Callback, callback

ANSWER = "code=c%2A1&state=s-1"


def port_of(page: Callback) -> int:
    return int(page.redirect_uri.split(":")[2].split("/")[0])


async def said(
    port: int, target: str, host: str | None = None, verb: str = "GET"
) -> str:
    """What the page answers to one request."""
    host = f"127.0.0.1:{port}" if host is None else host
    return await raw(port, f"{verb} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")


async def raw(port: int, text: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode())
    try:
        return (await reader.read()).decode()
    except ConnectionError:
        return ""
    finally:
        writer.close()


async def test_the_first_answer_is_taken_and_shown_to_nobody() -> None:
    async with callback("/callback/") as page:
        port = port_of(page)
        assert page.redirect_uri == f"http://127.0.0.1:{port}/callback/"
        text = await said(port, f"/callback/?{ANSWER}")
        assert page.answer.result() == {"code": "c*1", "state": "s-1"}
        assert text.startswith("HTTP/1.1 200 OK\r\n")
        for header in (
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'",
        ):
            assert header in text
        assert "c*1" not in text
        assert "s-1" not in text
        # And only the first.
        again = await said(port, "/callback/?code=other&state=s-1")
        assert again.startswith("HTTP/1.1 404 ")
        assert page.answer.result()["code"] == "c*1"


async def test_nothing_else_is_answered() -> None:
    async with callback("/callback/") as page:
        port = port_of(page)
        for target in ("/", "/favicon.ico", "/callback", f"/callback/x?{ANSWER}"):
            assert (await said(port, target)).startswith("HTTP/1.1 404 ")
        target = f"/callback/?{ANSWER}"
        assert (await said(port, target, verb="POST")).startswith("HTTP/1.1 405 ")
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", ""):
            assert (await said(port, target, host)).startswith("HTTP/1.1 400 ")
        for text in ("\r\n\r\n", "GET\r\n\r\n", f"GET {target} HTTP/1.1\r\n\r\n"):
            assert (await raw(port, text)).startswith("HTTP/1.1 400 ")
        head = f"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        assert (await raw(port, head)).startswith("HTTP/1.1 400 ")
        assert not page.answer.done()
        localhost = await said(port, target, f"localhost:{port}")
        assert localhost.startswith("HTTP/1.1 200 ")


async def test_it_listens_on_this_machine_only() -> None:
    async with callback("/callback/") as page:
        port = port_of(page)
        with socket.socket() as other:
            # Were it on all addresses, this one would be taken too.
            other.bind(("127.0.0.2", port))
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_silent_and_endless_connections_hold_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_READ_SECONDS", 0.3)
    async with callback("/callback/") as page:
        port = port_of(page)
        assert await raw(port, "GET / HTTP/1.1\r\nX: " + "x" * 100_000) == ""
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
        await asyncio.sleep(0.5)
        assert (await said(port, f"/callback/?{ANSWER}")).startswith("HTTP/1.1 200 ")
        for _, writer in silent:
            writer.close()


async def test_the_end_waits_for_nobody() -> None:
    began = time.monotonic()
    async with callback("/callback/") as page:
        _, writer = await asyncio.open_connection("127.0.0.1", port_of(page))
        await asyncio.sleep(0.05)
    assert time.monotonic() - began < module._READ_SECONDS
    assert page.answer.cancelled()
    writer.close()


async def test_a_port_that_is_taken_is_told() -> None:
    async with callback("/callback/") as page:
        port = port_of(page)
        with pytest.raises(SourceError, match=f"port {port} of") as caught:
            async with callback("/callback/", port):
                pass
        assert caught.value.fault == "config"
