"""What the stand-ins of TikTok's v2 APIs share: envelope, fields, refusals.

Answers as the documents describe: ``error`` is there on success too.
"""

import json
from typing import Any

from tests.servers.loopback import Request, answer

STATUS = {
    "ok": 200,
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
    "invalid_params": 400,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
}
LOG_ID = "20260324120000010203040506070809"


class RefusedError(Exception):
    """A request that the API refuses."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def enveloped(data: dict[str, Any], code: str = "ok", message: str = "") -> bytes:
    """A whole HTTP answer."""
    error = {"code": code, "message": message, "log_id": LOG_ID}
    body = {"data": data, "error": error}
    return answer(STATUS.get(code, 400), json.dumps(body).encode())


def bearer(request: Request) -> str:
    """The access token of a request; empty when there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind == "Bearer" else ""


def fields_of(request: Request, known: set[str]) -> list[str]:
    """The asked-for fields. Raises RefusedError as the API does."""
    fields = [name for name in request.query.get("fields", "").split(",") if name]
    if not fields:
        raise RefusedError("invalid_params", "fields is required")
    if unknown := [name for name in fields if name not in known]:
        raise RefusedError("invalid_params", f"Fields {unknown} are invalid")
    return fields


def body_of(request: Request) -> dict[str, Any]:
    """The JSON body of a POST; empty when there is none. Raises RefusedError."""
    if not request.body:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError("invalid_params", "Only application/json is supported")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise RefusedError("invalid_params", "The body is no JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("invalid_params", "The body is no object")
    return body
