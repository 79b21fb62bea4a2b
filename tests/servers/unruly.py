"""A server that does everything wrong that a server can, one fault per path."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.servers.loopback import Handler, Request, answer

SECRET = "tok-3f9a77d1c0"
"""What requests carry, and what some answers repeat."""

_PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"
_ZEROS = b"0" * 1_000_000


def _date_ahead(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _bomb() -> bytes:
    """40 MB of zeros in 40 kB."""
    return gzip.compress(b'{"a": "' + _ZEROS * 40 + b'"}')


WHOLE: dict[str, bytes] = {
    "/good": answer(200, _json({"value": 1})),
    "/gzip": answer(
        200, gzip.compress(_json({"value": 2})), {"Content-Encoding": "gzip"}
    ),
    "/bom": answer(200, b"\xef\xbb\xbf" + _json({"value": 3})),
    "/fault": answer(500, _json({"message": "out\u001b[31m of\u202e order"})),
    "/fault-page": answer(502, _PAGE, {"Content-Type": "text/html"}),
    "/busy": answer(503, b"", {"Retry-After": "7"}),
    "/html": answer(200, _PAGE, {"Content-Type": "text/html"}),
    "/html-as-json": answer(200, _PAGE),
    "/no-content": answer(204),
    "/blank": answer(200, b"  \n"),
    "/cut": answer(200, b'{"value": [1, 2'),
    "/cut-text": answer(200, b'{"value": "abc'),
    "/not-json": answer(200, b"value=1"),
    "/latin": answer(
        200,
        '{"name": "café"}'.encode("latin-1"),
        {"Content-Type": "application/json; charset=iso-8859-1"},
    ),
    "/deep": answer(200, b"[" * 200_000),
    "/nan": answer(200, b'{"value": NaN}'),
    "/infinity": answer(200, b'{"value": -Infinity}'),
    "/huge": answer(200, b'{"value": ' + b"9" * 5000 + b"}"),
    "/unauthorised": answer(401, _json({"error": {"message": f"bad {SECRET}"}})),
    "/forbidden": answer(403, f"key {SECRET[:5]}\x00{SECRET[5:]} is over".encode()),
    "/missing": answer(404, _json({"detail": "no such account"})),
    "/teapot": answer(418, b"x" * 5000),
    "/slow-down": answer(429, b"", {"Retry-After": "30"}),
    "/slow-down-plain": answer(429, _json({"detail": "too many"})),
    "/redirect": answer(301, b"", {"Location": f"https://other.example/?key={SECRET}"}),
    "/redirect-here": answer(302, b"", {"Location": f"/new/{SECRET}"}),
    "/redirect-nowhere": answer(302, b"", {"Location": "http://[::1"}),
    "/not-modified": answer(304),
    "/bomb": answer(200, _bomb(), {"Content-Encoding": "gzip"}),
    "/large": answer(200, b'"' + _ZEROS * 6 + b'"'),
    "/half-gzip": answer(
        200, gzip.compress(_json(list(range(999))))[:-20], {"Content-Encoding": "gzip"}
    ),
    "/broken-gzip": answer(200, b"no gzip at all", {"Content-Encoding": "gzip"}),
    "/brotli": answer(200, b"\x0b\x02\x80", {"Content-Encoding": "br"}),
    "/cookie": answer(200, _json({}), {"Set-Cookie": f"session={SECRET}; Path=/"}),
}


async def _half(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, b'{"value": 1', {"Content-Length": "100"}))
    await writer.drain()
    writer.close()


async def _nothing(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _garbage(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    await writer.drain()
    writer.close()


async def _silent(_: Request, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def _drip(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, b"", {"Content-Length": "1000"}))
    for _n in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _echo(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, _json({"q": request.query, "h": request.headers})))


async def _slow_down_date(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(429, b"", {"Retry-After": _date_ahead(90)}))


_PIECEWISE: dict[str, Handler] = {
    "/half": _half,
    "/nothing": _nothing,
    "/garbage": _garbage,
    "/silent": _silent,
    "/drip": _drip,
    "/echo": _echo,
    "/slow-down-date": _slow_down_date,
}


async def unruly(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answer as the path says."""
    if request.path in _PIECEWISE:
        await _PIECEWISE[request.path](request, writer)
    else:
        writer.write(WHOLE.get(request.path, answer(404)))
