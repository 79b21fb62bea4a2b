"""Questions with a body, and what no message may repeat of them."""

import asyncio
import json

from kpi_tui.sources.answers import without
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.questions import Question
from tests.servers.loopback import Request, answer, serving

SECRET = 'se"cret\u00e9-1'


async def _echo(request: Request, writer: asyncio.StreamWriter) -> None:
    body = {
        "method": request.method,
        "body": request.body.decode(),
        "type": request.headers.get("content-type"),
        "q": request.query,
    }
    writer.write(answer(400, json.dumps(body).encode()))


async def test_a_json_body_arrives_and_any_status_comes_back() -> None:
    async with serving(_echo) as base:
        client = HttpClient()
        question = Question(
            f"{base}/x", "POST", params={"fields": "id,title"}, json={"max_count": 20}
        )
        found = await client.ask(question, "a/b")
        await client.close()
    assert found.status == 400
    said = json.loads(found.body)
    assert said["method"] == "POST"
    assert json.loads(said["body"]) == {"max_count": 20}
    assert said["type"] == "application/json"
    assert said["q"] == {"fields": "id,title"}


async def test_a_form_arrives_and_none_of_it_may_be_repeated() -> None:
    async with serving(_echo) as base:
        client = HttpClient()
        question = Question(base, "POST", form={"client_secret": SECRET, "code": "a b"})
        found = await client.ask(question, "a/b")
        await client.close()
    said = json.loads(found.body)
    assert said["type"] == "application/x-www-form-urlencoded"
    assert said["body"] == "client_secret=se%22cret%C3%A9-1&code=a+b"
    for written in (SECRET, json.dumps(SECRET), "se%22cret%C3%A9-1"):
        assert "cret" not in without(f"bad {written} given", found.hidden)
    assert SECRET not in repr(question)


async def test_what_a_json_body_says_is_not_repeated_either() -> None:
    async with serving(_echo) as base:
        client = HttpClient()
        question = Question(base, "POST", json={"secret": SECRET, "nested": {"a": 1}})
        found = await client.ask(question, "a/b")
        await client.close()
    assert SECRET in found.hidden
