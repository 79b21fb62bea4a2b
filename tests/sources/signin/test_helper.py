"""What the helper does under its lock, in this process, against a real server."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_tui.sources.signin.helper import Order, Outcome, run
from kpi_tui.sources.signin.platforms import Client
from kpi_tui.sources.signin.tokens import ConsentError, fingerprint
from kpi_tui.sources.signin.vault import RawAnswer
from tests.servers.loopback import answer
from tests.servers.oauth import SECRET, OAuth
from tests.sources.signin.scene import Scene

KINDS = ["tiktok-display", "tiktok-business"]
NAME = "acme/tiktok-display"


async def refreshed(
    scene: Scene, kind: str = "tiktok-display", stale: str | None = None
) -> Outcome:
    """The outcome of a helper's work."""
    return await asyncio.to_thread(run, scene.order(kind, stale))


@pytest.mark.parametrize("kind", KINDS)
async def test_the_new_pair_is_stored_and_the_old_one_kept(
    kind: str, scene: Scene, oauth: OAuth
) -> None:
    oauth.access_seconds, oauth.refresh_seconds = 7200, 15_552_000
    grant = scene.signed_in(kind, age=80_000)
    old = scene.record(kind)
    assert await refreshed(scene, kind) == Outcome()
    record = scene.record(kind)
    assert record.tokens.access == grant.access
    assert record.tokens.refresh == grant.refresh
    assert record.tokens.subject == grant.open_id
    life = (record.tokens.access_until or 0) - record.tokens.obtained_at
    assert life == 7200
    assert (record.tokens.refresh_until or 0) - record.tokens.obtained_at == 15_552_000
    assert (record.previous, record.asked_at) == (old.tokens, None)
    assert scene.vault.answer(f"acme/{kind}") is None


async def test_an_answer_is_on_the_disk_before_anybody_looks_into_it(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in()
    oauth.refusals = [answer(200, b'{"tomorrow": {"access": "act.new-shape"}}')]
    outcome = await refreshed(scene)
    assert "without a token" in outcome.message
    kept = scene.vault.answer(NAME)
    assert kept is not None
    assert "act.new-shape" in kept.body
    assert scene.record().asked_at is not None
    assert "act." not in str(outcome)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_a_killed_helper_kept_is_put_in(
    kind: str, scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in(kind)
    name, old = f"acme/{kind}", scene.record(kind)
    await refreshed(scene, kind)
    body = {
        "access_token": grant.access,
        "refresh_token": grant.refresh,
        "expires_in": 60,
    }
    raw = body if kind == "tiktok-display" else {"code": 0, "data": body}
    # As it is when the helper is killed between the two writes.
    scene.keep(replace(old, asked_at=time.time()))
    with scene.vault.locked(name, 5):
        used = fingerprint(old.tokens.refresh)
        kept = RawAnswer(json.dumps(raw), scene.now, used)
        scene.vault.keep_answer(name, kept)
    oauth.requests.clear()
    assert await refreshed(scene, kind) == Outcome()
    record = scene.record(kind)
    assert record.tokens.access == grant.access
    assert record.tokens.access_until == scene.now + 60
    assert oauth.accepts(record.tokens.access)
    assert oauth.requests == []
    assert scene.vault.answer(name) is None


async def test_an_answer_to_something_else_is_not_put_in(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in()
    with scene.vault.locked(NAME, 5):
        stranger = RawAnswer('{"access_token": "act.stranger"}', scene.now, "other")
        scene.vault.keep_answer(NAME, stranger)
    assert await refreshed(scene) == Outcome()
    assert scene.record().tokens.access == grant.access


async def test_who_comes_second_asks_for_nothing(scene: Scene, oauth: OAuth) -> None:
    scene.signed_in()
    assert await refreshed(scene, stale="act.the-one-before") == Outcome()
    assert oauth.requests == []


async def test_where_nothing_can_be_kept_nothing_is_asked(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in()
    (scene.vault.folder / "acme~tiktok-display.json.new").mkdir()
    outcome = await refreshed(scene)
    assert "cannot be used" in outcome.message
    assert outcome.fault == "config"
    assert oauth.requests == []
    assert oauth.accepts(grant.access)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_lost_on_the_way_is_asked_for_again_at_once(
    kind: str, scene: Scene, oauth: OAuth
) -> None:
    oauth.mode, oauth.lost_answers = "grace", 1
    grant = scene.signed_in(kind)
    assert await refreshed(scene, kind) == Outcome()
    assert oauth.refreshes == 2
    assert scene.record(kind).tokens.access == grant.access


async def test_a_strict_server_that_loses_its_answer_needs_the_user(
    scene: Scene, oauth: OAuth
) -> None:
    oauth.lost_answers = 1
    scene.signed_in()
    outcome = await refreshed(scene)
    assert outcome.fault == "consent"
    assert "invalid_grant" in outcome.message
    assert "the refresh before was lost" not in outcome.message
    again = await refreshed(scene)
    assert again.message.endswith("TikTok's answer to the refresh before was lost")


async def test_the_pair_before_is_tried_where_the_new_one_is_refused(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in()
    record = scene.record()
    never = replace(record.tokens, access="act.never", refresh="rft.never-took-hold")
    scene.keep(replace(record, tokens=never, previous=record.tokens))
    assert await refreshed(scene) == Outcome()
    assert scene.record().tokens.access == grant.access
    assert oauth.accepts(grant.access)


async def test_when_both_pairs_are_refused_the_first_refusal_is_told(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in()
    record = scene.record()
    dead = replace(record.tokens, refresh="rft.dead-one-1")
    deader = replace(record.tokens, refresh="rft.dead-one-2")
    scene.keep(replace(record, tokens=dead, previous=deader))
    outcome = await refreshed(scene)
    assert (outcome.fault, len(oauth.requests)) == ("consent", 2)
    error = outcome.error(NAME)
    assert isinstance(error, ConsentError)
    assert error.hint == f"kpi-tui auth {NAME}"


@pytest.mark.parametrize(
    ("kind", "said", "fault", "words"),
    [
        ("tiktok-business", 40103, "consent", "has expired (40103)"),
        ("tiktok-business", 40107, "consent", "the refresh token (40107)"),
        ("tiktok-business", 60001, "failed", "under maintenance"),
        ("tiktok-business", 40100, "rate limited", "too often"),
        ("tiktok-display", 503, "failed", "a fault of its own (503)"),
    ],
)
async def test_refusals_come_back_as_they_are_meant(
    kind: str, said: int, fault: str, words: str, scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in(kind)
    body = f'{{"code": {said}, "message": "x", "data": {{}}}}'.encode()
    oauth.refusals = [answer(said if said < 1000 else 200, body)]
    outcome = await refreshed(scene, kind)
    assert (outcome.fault, words in outcome.message) == (fault, True)
    # And nothing is lost: the next one works.
    assert await refreshed(scene, kind) == Outcome()
    assert scene.record(kind).tokens.access == grant.access
    assert scene.vault.answer(f"acme/{kind}") is None


async def test_what_cannot_be_refreshed_is_said(scene: Scene, oauth: OAuth) -> None:
    scene.signed_in("tiktok-ads")
    outcome = await refreshed(scene, "tiktok-ads")
    assert "cannot be refreshed" in outcome.message
    scene.signed_in()
    order = scene.order()
    other = replace(order, client=replace(order.client, client_id="another-app"))
    assert "given to another app" in (await asyncio.to_thread(run, other)).message
    with scene.vault.locked(NAME, 5):
        scene.vault.drop(NAME)
    nobody = await asyncio.to_thread(run, order)
    assert (nobody.fault, nobody.message) == ("consent", "nobody has signed in yet")
    assert oauth.requests == []


def test_an_order_travels_in_one_line_and_whole_or_not() -> None:
    client = Client("tiktok-display", "http://x", "k", SECRET)
    order = Order(NAME, Path("/nowhere"), "f", client)
    line = order.to_line()
    assert line.count(b"\n") == 1
    assert Order.from_line(line) == order
    assert SECRET not in repr(order)
    for end in range(len(line)):
        with pytest.raises((ValueError, KeyError)):
            Order.from_line(line[:end])


@pytest.mark.parametrize("line", [b"", b"{", b"5\n", b'{"message": ""}\n', b"\xff"])
def test_a_helper_that_says_nothing_whole_has_failed(line: bytes) -> None:
    outcome = Outcome.from_line(line)
    error = outcome.error(NAME)
    assert error is not None
    assert error.fault == "failed"


def test_an_outcome_travels_in_one_line() -> None:
    for outcome in (Outcome(), Outcome("a\nb", "rate limited", "wait", 5.0)):
        assert Outcome.from_line(outcome.to_line()) == outcome
    assert Outcome().error(NAME) is None
    error = Outcome("x", "rate limited", "wait", 5.0).error(NAME)
    assert error is not None
    assert (error.fault, error.retry_after) == ("rate limited", 5.0)
