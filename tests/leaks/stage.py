"""The stand-ins with a loose tongue: their refusals repeat whatever was sent to them.

A whole home is used against them by every command; what is left is searched.
"""

import asyncio
import base64
import json
import threading
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.servers import ads, oauth, research
from tests.servers.fake import Fake
from tests.servers.loopback import Request, answer

HEADER = "hdr-canary-51f0c2e9d7"
"""What the header of ``http-json`` has in it, literally."""
BRANCH = "/stats"


@dataclass
class Loose:
    """All servers, and one of somebody else's."""

    fake: Fake = field(default_factory=Fake)
    way: str = "well"
    """``echo``, ``html`` or ``redirect``: how everything but signing in is refused."""
    elsewhere: str = ""
    """Where redirects lead."""
    strayed: list[Request] = field(default_factory=list)
    """What arrived there."""
    seen: set[str] = field(default_factory=set)
    """Every credential that was ever sent here."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with self.lock:
            self.seen |= _credentials(request)
            self.seen |= {
                token
                for grant in self.fake.oauth.grants
                for token in (grant.access, grant.refresh)
            }
        is_page = request.method == "GET" and "auth" in request.path
        if self.way != "well" and not is_page:
            writer.write(self._loose(request))
        elif request.path == BRANCH:
            writer.write(answer(200, b'{"stats": {"followerCount": 12400}}'))
        else:
            await self.fake.handle(request, writer)

    async def stray(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Somebody else's server: nobody should come."""
        self.strayed.append(request)
        writer.write(answer(200, b'{"stats": {"followerCount": 1}}'))

    def _loose(self, request: Request) -> bytes:
        said = " ".join(sorted(_credentials(request)))
        if self.way == "redirect":
            place = f"{self.elsewhere}{request.path}?token={quote(said)}"
            return answer(307, said.encode(), {"Location": place})
        if self.way == "html":
            page = f"<html><title>{said}</title>{said}</html>".encode()
            return answer(200, page, {"Content-Type": "text/html"})
        wrapped = f"refused {said}, also as {base64.b64encode(said.encode()).decode()}"
        if request.path.startswith("/open_api"):
            body: object = {"code": 40001, "message": wrapped, "data": {}}
            return answer(200, json.dumps(body).encode())
        if request.path == "/v2/oauth/token/":
            body = {"error": "invalid_request", "error_description": wrapped}
            return answer(400, json.dumps(body).encode())
        body = {"error": {"code": "invalid_params", "message": wrapped}, "data": {}}
        return answer(400, json.dumps(body).encode())


def _credentials(request: Request) -> set[str]:
    """Tokens and secrets of a request, one by one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    found = {token or kind, request.headers.get("access-token", "")}
    body = request.body.decode()
    found |= {one for one in (oauth.SECRET, research.CLIENT_SECRET) if one in body}
    return {one for one in found if one}


def config(base: str) -> str:
    """Every source with a secret in it, written out: the file has to be 0600."""
    return f"""
[[account]]
handle = "acme"
[[account.source]]
type = "tiktok-display"
client_key = "{oauth.CLIENT_ID}"
client_secret = "{oauth.SECRET}"
base_url = "{base}"
authorize_url = "{base}/v2/auth/authorize/"
[[account.source]]
type = "tiktok-business"
app_id = "{oauth.CLIENT_ID}"
app_secret = "{oauth.SECRET}"
base_url = "{base}/open_api/v1.3"
authorize_url = "{base}/v2/auth/authorize"
[[account.source]]
type = "tiktok-ads"
advertiser_id = "{ads.ADVERTISER}"
access_token = "{ads.TOKEN}"
# Where the stand-in cuts its days: by UTC its today is tomorrow until the morning.
timezone = "America/New_York"
base_url = "{base}/open_api/v1.3"
[[competitor]]
handle = "rival"
[[competitor.source]]
type = "tiktok-research"
client_key = "{research.CLIENT_KEY}"
client_secret = "{research.CLIENT_SECRET}"
username = "rival"
eligible = true
base_url = "{base}"
[[competitor]]
handle = "other"
[[competitor.source]]
type = "http-json"
url = "{base}{BRANCH}"
headers = {{ Authorization = "Bearer {HEADER}" }}
metrics = {{ followers = "stats.followerCount" }}
"""


SITE = '''
"""Logs everything; breaks what the environment says, with a token in hand."""
import logging
import os

if "LEAK_LOG" in os.environ:
    logging.basicConfig(level=logging.DEBUG, filename=os.environ["LEAK_LOG"])
if "BREAK" in os.environ:
    import importlib

    module, _, path = os.environ["BREAK"].partition(":")
    owner, _, name = path.rpartition(".")
    broken = importlib.import_module(module)
    for part in filter(None, owner.split(".")):
        broken = getattr(broken, part)

    def fail(*args, **kwargs):
        token = os.environ["BREAK_WITH"]
        raise RuntimeError(f"no use for {token}")

    setattr(broken, name, fail)
'''
