"""The client against a server that does everything wrong, over real HTTP."""

import asyncio
import gc
import logging
import shutil
import ssl
import subprocess
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kpi_tui.sources.http import Bounds, HttpClient
from kpi_tui.sources.port import SourceError
from tests.servers.loopback import Request, answer, serving
from tests.servers.unruly import SECRET, unruly

QUICK = Bounds(connect_seconds=2, read_seconds=0.3, total_seconds=0.8)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving(unruly) as base:
        yield base


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(bounds=QUICK)
    yield client
    await client.close()


async def failure(client: HttpClient, url: str) -> SourceError:
    """The error of a request that carries a secret in its query and its headers."""
    with pytest.raises(SourceError) as caught:
        await client.get_json(
            url,
            params={"token": SECRET},
            headers={"Access-Token": SECRET, "Authorization": f"Bearer {SECRET}"},
            source="acme/test",
        )
    error = caught.value
    shown = f"{error!r} {error.message} {error.hint} {error.__cause__!r}"
    assert SECRET not in shown
    assert error.__suppress_context__ or error.__context__ is None
    assert "\n" not in shown
    assert "\x1b" not in shown
    return error


@pytest.mark.parametrize(("path", "value"), [("/good", 1), ("/gzip", 2), ("/bom", 3)])
async def test_json_arrives(
    client: HttpClient, url: str, path: str, value: int
) -> None:
    assert await client.get_json(url + path, source="t") == {"value": value}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fault", "has a fault of its own (500): “out[31m of order”"),
        ("/fault-page", "has a fault of its own (502)"),
        ("/busy", "has a fault of its own (503)"),
        ("/html", "answered with a web page instead of JSON"),
        ("/html-as-json", "answered with a web page instead of JSON"),
        ("/no-content", "answered without content (204)"),
        ("/blank", "answered without content (200)"),
        ("/cut", "is JSON that breaks off in the middle"),
        ("/cut-text", "is JSON that breaks off in the middle"),
        ("/not-json", "is not valid JSON"),
        ("/latin", "is not UTF-8 text"),
        ("/deep", "is nested too deeply"),
        ("/nan", "is not valid JSON: it holds NaN"),
        ("/infinity", "is not valid JSON: it holds -Infinity"),
        ("/huge", "holds a number that is too long"),
        ("/unauthorised", "refused the sign-in (401): “bad …”"),
        ("/forbidden", "refused the sign-in (403): “key … is over”"),
        ("/missing", "has nothing at this address (404): “no such account”"),
        ("/teapot", "refused the request (418)"),
        ("/slow-down", "is being asked too often (429)"),
        ("/slow-down-plain", "is being asked too often (429): “too many”"),
        ("/redirect", "answered with a redirect to https://other.example"),
        ("/redirect-here", "answered with a redirect to another path"),
        ("/redirect-nowhere", "answered with a redirect"),
        ("/not-modified", "answered with status 304"),
        ("/bomb", "answered with more than 5 MB"),
        ("/large", "answered with more than 5 MB"),
        ("/half-gzip", "answered with half of its compressed data"),
        ("/broken-gzip", "answered with compressed data that is broken"),
        ("/brotli", "answered in an encoding that was not asked for (br)"),
        ("/half", "broke off its answer"),
        ("/nothing", "broke off its answer"),
        ("/garbage", "broke off its answer"),
        ("/silent", "stopped answering"),
        ("/drip", "did not finish its answer within 0.8 s"),
    ],
)
async def test_every_fault_is_a_sentence(
    client: HttpClient, url: str, path: str, words: str
) -> None:
    error = await failure(client, url + path)
    assert words in error.message
    assert len(error.message) < 260


@pytest.mark.parametrize(
    ("path", "fault", "least", "most"),
    [
        ("/unauthorised", "unauthorised", None, None),
        ("/forbidden", "unauthorised", None, None),
        ("/slow-down", "rate limited", 30, 30),
        ("/slow-down-date", "rate limited", 80, 91),
        ("/slow-down-plain", "rate limited", None, None),
        ("/busy", "failed", 7, 7),
        ("/fault", "failed", None, None),
        ("/redirect", "config", None, None),
    ],
)
async def test_the_monitor_learns_what_to_do(
    client: HttpClient,
    url: str,
    path: str,
    fault: str,
    least: float | None,
    most: float | None,
) -> None:
    error = await failure(client, url + path)
    assert error.fault == fault
    if least is None or most is None:
        assert error.retry_after is None
    else:
        assert error.retry_after is not None
        assert least <= error.retry_after <= most


async def test_nobody_listens(client: HttpClient) -> None:
    async with serving(unruly) as gone:
        pass
    error = await failure(client, gone)
    assert "refused the connection" in error.message


async def test_no_such_host(client: HttpClient) -> None:
    error = await failure(client, "http://stats.invalid/x")
    assert error.message in {
        "no address was found for stats.invalid",
        "stats.invalid did not accept a connection within 2 s",  # a slow resolver
    }


async def test_no_tls_where_tls_was_expected(client: HttpClient) -> None:
    async def connected(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(1)
        writer.write(answer(400))
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(client, f"https://127.0.0.1:{port}/")
    server.close()
    await server.wait_closed()
    assert "does not speak TLS as expected" in error.message


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that it has signed itself."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {cert}"
    command += " -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate")
async def test_a_certificate_of_ones_own_is_refused(
    client: HttpClient, tmp_path: Path
) -> None:
    context = own_certificate(tmp_path)

    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    error = await failure(client, f"https://127.0.0.1:{port}/")
    server.close()
    await server.wait_closed()
    assert "certificate of 127.0.0.1" in error.message
    assert "cannot be trusted" in error.message
    assert error.fault == "config"


@pytest.mark.parametrize(
    "address",
    ["", "stats.example", "ftp://stats.example/x", "http://", "http://[::1", "x\x00:"],
)
async def test_what_is_no_web_address(client: HttpClient, address: str) -> None:
    error = await failure(client, address)
    assert error.message == "the url is not a web address"
    assert error.fault == "config"


@pytest.mark.parametrize("value", [f"{SECRET}\n", f"{SECRET}\r\nX: y", f"{SECRET}é"])
async def test_a_secret_that_is_no_header_is_not_repeated(
    client: HttpClient, url: str, value: str
) -> None:
    with pytest.raises(SourceError) as caught:
        await client.get_json(url, headers={"Access-Token": value}, source="t")
    assert caught.value.message == (
        "the header Access-Token holds characters that HTTP forbids"
    )
    assert SECRET not in repr(caught.getrepr(chain=True))


async def test_a_bomb_stays_small_in_memory(client: HttpClient, url: str) -> None:
    tracemalloc.start()
    await failure(client, f"{url}/bomb")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000


async def test_the_request_says_who_asks_and_keeps_no_cookie(
    client: HttpClient, url: str
) -> None:
    await client.get_json(f"{url}/cookie", source="t")
    said = await client.get_json(
        f"{url}/echo?a=1", headers={"Access-Token": SECRET}, source="t"
    )
    assert isinstance(said, dict)
    assert said["q"] == {"a": "1"}
    assert said["h"]["user-agent"].startswith("kpi-tui/")
    assert said["h"]["access-token"] == SECRET
    assert said["h"]["accept-encoding"] == "gzip"
    assert "cookie" not in said["h"]


async def test_no_url_in_the_log(
    client: HttpClient, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    await client.get_json(f"{url}/echo", params={"token": SECRET}, source="acme/test")
    assert "acme/test: 127.0.0.1" in caplog.text
    assert SECRET not in caplog.text


async def test_in_process_answers_are_read_too() -> None:
    def ready(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/large":
            return httpx.Response(200, content=b" " * 5_000_001)
        return httpx.Response(200, json={"path": request.url.path})

    client = HttpClient(httpx.MockTransport(ready))
    assert await client.get_json("https://a.example/x", source="t") == {"path": "/x"}
    error = await failure(client, "https://a.example/large")
    assert error.message == "a.example answered with more than 5 MB"
    await client.close()


async def test_connections_are_bounded_and_a_hanging_host_blocks_no_other() -> None:
    now = most = 0

    async def slow(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02 if request.path == "/" else 60)
        now -= 1
        writer.write(answer(200, b"1"))

    client = HttpClient(bounds=Bounds(read_seconds=60, connections=6, per_host=4))
    async with serving(slow) as one, serving(unruly) as other:
        asked = [client.get_json(f"{one}/", source="t") for _ in range(40)]
        assert await asyncio.gather(*asked) == [1] * 40
        assert most == 4
        hanging = [
            asyncio.create_task(client.get_json(f"{one}/hang", source="t"))
            for _ in range(30)
        ]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(20):
            assert await client.get_json(f"{other}/good", source="t") == {"value": 1}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        # Cancelled requests have given their places back.
        assert await client.get_json(f"{one}/", source="t") == 1
        await client.close()


def is_open(client: HttpClient) -> bool:
    return client._pool is not None


async def test_the_last_user_closes_the_connections(url: str) -> None:
    client, first, second = HttpClient(), object(), object()
    client.join(first)
    client.join(second)
    await client.get_json(f"{url}/good", source="t")
    await client.leave(first)
    await client.leave(first)
    assert is_open(client)
    await client.leave(second)
    assert not is_open(client)
    # A request after the end opens new connections instead of failing for ever.
    assert await client.get_json(f"{url}/good", source="t") == {"value": 1}
    await client.close()
    gc.collect()
