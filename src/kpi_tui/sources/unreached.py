"""Why no answer came: from httpx's exceptions to sentences.

Knows no request: neither its query nor its headers can get into a message.
"""

import ssl
from collections.abc import Iterator
from socket import gaierror

import httpx

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError

LATER = "It is asked again by itself; check the network if this stays."
"""The hint where there is nothing to correct."""


def unreached(host: str, error: httpx.HTTPError, connect_seconds: float) -> SourceError:
    """The sentence for an exception of httpx; its own text is never repeated."""
    if isinstance(error, httpx.ConnectTimeout):
        return SourceError(
            f"{host} did not accept a connection within {connect_seconds:g} s",
            hint=LATER,
        )
    if isinstance(error, httpx.TimeoutException):
        return SourceError(f"{host} stopped answering", hint=LATER)
    if isinstance(error, httpx.ConnectError):
        return _unconnected(host, error)
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return SourceError(
            f"the request to {host} cannot be sent",
            fault="config",
            hint="Check the url and the headers of this source.",
        )
    if isinstance(error, httpx.ProxyError):
        return SourceError(
            f"the proxy did not let the request to {host} through",
            hint="Check HTTPS_PROXY and NO_PROXY in the environment.",
        )
    if "location header" in str(error):  # httpx looks at it before we can
        return SourceError(f"{host} answered with a redirect to nowhere")
    if isinstance(
        error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError
    ):
        return SourceError(f"{host} broke off its answer", hint=LATER)
    return SourceError(f"the request to {host} failed", hint=LATER)


def _unconnected(host: str, error: BaseException) -> SourceError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = clean(cause.verify_message, 100)
            return SourceError(
                f"the certificate of {host} cannot be trusted: {why}",
                fault="config",
                hint="Check the url and this machine's clock; for an authority of "
                "your own set SSL_CERT_FILE.",
            )
        if isinstance(cause, ssl.SSLError):
            return SourceError(
                f"{host} does not speak TLS as expected",
                hint="Check that the url should start with https.",
            )
        if isinstance(cause, gaierror):
            return SourceError(
                f"no address was found for {host}",
                hint="Check the url for a typing error, and the network.",
            )
        if isinstance(cause, ConnectionRefusedError):
            return SourceError(f"{host} refused the connection", hint=LATER)
    return SourceError(f"{host} could not be reached", hint=LATER)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and everything it came from, at most ten deep."""
    for _ in range(10):
        if error is None:
            return
        yield error
        if isinstance(error, BaseExceptionGroup) and error.exceptions:
            yield from error.exceptions
        error = error.__cause__ or error.__context__
