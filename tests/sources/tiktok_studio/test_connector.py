"""The watched folder as a source."""

import asyncio
import os
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import Batch, day_of
from kpi_tui.sources.port import Connector, SourceError
from kpi_tui.sources.tiktok_studio import StudioConnector
from kpi_tui.sources.tiktok_studio import watch as watching
from tests.sources.tiktok_studio.downloads import (
    EXPORTED,
    NOW,
    content,
    days_until,
    history,
    overview,
    viewers,
    write,
    zipped,
)

LAST = date(2026, 3, 24)
DAYS = days_until(LAST, 28)
POSTS = [(date(2026, 3, 15), date(2026, 3, 16))]


def connector(path: Path) -> StudioConnector:
    return StudioConnector("acme/tiktok-studio", "acme", path, 300.0)


def values(batch: Batch, metric: str) -> dict[date, float]:
    return {day_of(r.at): r.value for r in batch.readings if r.metric == metric}


def test_it_is_a_connector(tmp_path: Path) -> None:
    source: Connector = connector(tmp_path)
    assert (source.name, source.account) == ("acme/tiktok-studio", "acme")
    assert (source.kind, source.interval) == ("tiktok-studio", 300.0)
    assert not source.is_demo


async def test_a_folder_becomes_one_batch(tmp_path: Path) -> None:
    write(tmp_path / "Overview.csv", overview(DAYS))
    write(tmp_path / "Content.csv", content(EXPORTED, POSTS))
    write(tmp_path / "page.csv", b"<html>")
    batch = await connector(tmp_path).fetch(NOW)
    assert len(values(batch, "video_views")) == 28
    assert [video.id for video in batch.videos]
    assert batch.data_until == LAST
    (note,) = batch.notes
    assert note.startswith("page.csv: a web page and not a CSV")


async def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    source = connector(tmp_path)
    write(tmp_path / "a" / "Overview.csv", overview(DAYS))
    write(tmp_path / "b" / "bad.csv", b"x")
    first = await source.fetch(NOW)
    again = await source.fetch(NOW)
    assert len(first.readings) == 140
    assert again.readings == ()
    # What is refused stays told, and the last day stays known.
    assert again.notes == first.notes
    assert len(first.notes) == 1
    assert again.data_until == LAST
    write(tmp_path / "c" / "v.csv", viewers(DAYS))
    assert {r.metric for r in (await source.fetch(NOW)).readings} == {
        "viewers", "new_viewers", "returning_viewers",
    }  # fmt: skip
    (tmp_path / "b" / "bad.csv").unlink()
    assert (await source.fetch(NOW)).notes == ()


async def test_a_new_file_is_dated_by_its_neighbours(tmp_path: Path) -> None:
    source = connector(tmp_path)
    write(tmp_path / "Overview.csv", overview(DAYS), date(2027, 5, 1))
    alone = await source.fetch(NOW + 365 * 86400)
    assert max(values(alone, "video_views")) == date(2027, 3, 24)
    write(tmp_path / "Content.csv", content(EXPORTED, POSTS))
    together = await source.fetch(NOW + 365 * 86400)
    assert values(together, "video_views") == {d: d.toordinal() for d in DAYS}


async def test_the_later_export_wins(tmp_path: Path) -> None:
    early = days_until(date(2026, 3, 20), 28)
    write(tmp_path / "z" / "f.csv", history(early), date(2026, 3, 21))
    write(tmp_path / "a" / "f.csv", history(DAYS), EXPORTED)
    batch = await connector(tmp_path).fetch(NOW)
    followers = values(batch, "followers")
    assert len(batch.readings) == len(followers) == 32
    assert followers[DAYS[0]] == 100


async def test_followers_alone_do_not_move_the_last_day(tmp_path: Path) -> None:
    source = connector(tmp_path)
    write(tmp_path / "f" / "f.csv", history(days_until(date(2026, 4, 2), 28)))
    assert (await source.fetch(NOW)).data_until == date(2026, 4, 2)
    write(tmp_path / "o" / "o.csv", overview(DAYS))
    assert (await source.fetch(NOW)).data_until == LAST


async def test_a_single_file_may_be_watched(tmp_path: Path) -> None:
    path = write(tmp_path / "o.zip", zipped({"o.csv": overview(DAYS)}))
    assert len((await connector(path).fetch(NOW)).readings) == 140


async def test_no_folder_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        await connector(tmp_path / "no").fetch(NOW)
    assert caught.value.fault == "config"
    assert str(tmp_path / "no") in caught.value.message
    assert caught.value.hint


async def test_no_files_yet_is_a_note(tmp_path: Path) -> None:
    batch = await connector(tmp_path).fetch(NOW)
    assert batch.readings == ()
    assert batch.data_until is None
    (note,) = batch.notes
    assert note.startswith("no downloads in ")


async def test_notes_are_bounded(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path / f"{number:02d}.csv", b"x")
    notes = (await connector(tmp_path).fetch(NOW)).notes
    assert len(notes) == 20
    assert notes[-1] == "11 more notes like these"


def touch(path: Path, at: float) -> None:
    os.utime(path, (at, at))


async def test_a_file_that_still_grows_waits(tmp_path: Path) -> None:
    source = connector(tmp_path)
    whole = zipped({"o.csv": overview(DAYS)}, day=EXPORTED)
    path = tmp_path / "o.zip"
    for end in (100, 300):
        path.write_bytes(whole[:end])
        for age in (0.3, 5.0):
            touch(path, NOW - age)
            batch = await source.fetch(NOW)
            assert (batch.readings, batch.notes) == ((), ())
    path.write_bytes(whole)
    touch(path, NOW - 2)
    assert len((await source.fetch(NOW)).readings) == 140


async def test_a_file_that_stays_damaged_is_told(tmp_path: Path) -> None:
    source = connector(tmp_path)
    path = tmp_path / "o.zip"
    path.write_bytes(zipped({"o.csv": overview(DAYS)})[:100])
    touch(path, NOW)
    assert (await source.fetch(NOW + 3)).notes == ()
    (note,) = (await source.fetch(NOW + 30)).notes
    assert note == "o.zip: the archive is damaged: download it again"
    assert (await source.fetch(NOW + 60)).notes == (note,)


async def test_neighbours_of_a_growing_file_are_read(tmp_path: Path) -> None:
    write(tmp_path / "o.csv", overview(DAYS))
    path = write(tmp_path / "v.csv", viewers(DAYS))
    touch(path, NOW - 0.1)
    source = connector(tmp_path)
    assert len((await source.fetch(NOW)).readings) == 140
    assert len((await source.fetch(NOW + 2)).readings) == 140 + 84


async def test_a_future_time_stamp_does_not_hide_a_file(tmp_path: Path) -> None:
    at = datetime(2040, 1, 1, tzinfo=UTC).timestamp()
    touch(write(tmp_path / "o.csv", overview(DAYS)), at)
    assert len((await connector(tmp_path).fetch(NOW)).readings) == 140


async def test_a_change_ends_the_wait(tmp_path: Path) -> None:
    source = connector(tmp_path)
    await source.fetch(time.time())
    wait = asyncio.create_task(source.wait_for_change())
    await asyncio.sleep(0.5)
    (tmp_path / "notes.txt").write_bytes(b"x")
    await asyncio.sleep(0.8)
    assert not wait.done()
    (tmp_path / "deep").mkdir()
    await asyncio.sleep(0.1)
    (tmp_path / "deep" / "o.csv").write_bytes(overview(DAYS))
    await asyncio.wait_for(wait, 30)


async def test_what_came_before_the_wait_ends_it(tmp_path: Path) -> None:
    source = connector(tmp_path)
    await source.fetch(NOW)
    write(tmp_path / "o.csv", overview(DAYS))
    await asyncio.wait_for(source.wait_for_change(), 30)


async def test_a_file_that_was_not_settled_ends_the_wait(tmp_path: Path) -> None:
    source = connector(tmp_path)
    path = write(tmp_path / "o.csv", overview(DAYS))
    touch(path, NOW)
    assert (await source.fetch(NOW)).readings == ()
    await asyncio.wait_for(source.wait_for_change(), 30)
    assert (await source.fetch(NOW + 2)).readings


async def test_a_folder_that_appears_ends_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.05)
    source = connector(tmp_path / "new")
    with pytest.raises(SourceError):
        await source.fetch(NOW)
    wait = asyncio.create_task(source.wait_for_change())
    await asyncio.sleep(0.3)
    assert not wait.done()
    write(tmp_path / "new" / "o.csv", overview(DAYS))
    await asyncio.wait_for(wait, 30)


async def test_a_folder_that_goes_and_comes_back_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(watching, "TIMEOUT_MS", 200)
    folder = tmp_path / "downloads"
    folder.mkdir()
    source = connector(folder)
    await source.fetch(NOW)
    wait = asyncio.create_task(source.wait_for_change())
    await asyncio.sleep(0.5)
    folder.rmdir()
    await asyncio.wait_for(wait, 30)
    with pytest.raises(SourceError):
        await source.fetch(NOW)
    wait = asyncio.create_task(source.wait_for_change())
    await asyncio.sleep(0.3)
    assert not wait.done()
    write(folder / "o.csv", overview(DAYS))
    await asyncio.wait_for(wait, 30)
    assert (await source.fetch(NOW)).readings


def test_a_wait_ends_at_once_when_cancelled_and_leaves_no_threads(
    tmp_path: Path,
) -> None:
    async def cancelled() -> float:
        source = connector(tmp_path)
        await source.fetch(NOW)
        wait = asyncio.create_task(source.wait_for_change())
        await asyncio.sleep(0.4)
        started = time.perf_counter()
        wait.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wait
        await source.close()
        return time.perf_counter() - started

    before = threading.active_count()
    for _ in range(3):
        assert asyncio.run(cancelled()) < 4  # a look takes five
    deadline = time.perf_counter() + 20
    while threading.active_count() > before and time.perf_counter() < deadline:
        threading.Event().wait(0.02)
    assert threading.active_count() <= before


async def test_many_waits_leave_no_threads_in_a_running_loop(tmp_path: Path) -> None:
    source = connector(tmp_path)
    await source.fetch(NOW)
    counts = []
    for _ in range(8):
        wait = asyncio.create_task(source.wait_for_change())
        await asyncio.sleep(0.15)
        wait.cancel()
        await asyncio.gather(wait, return_exceptions=True)
        counts.append(threading.active_count())
    assert counts[-1] <= counts[1] + 1
