"""The videos of an account by the Display API: by pages of the list, and by ids.

Knows no metric and not when to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.v2_calls import Call, V2Session
from kpi_tui.sources.v2_videos import DISPLAY_FIELDS, Listing

CHUNK = 20
"""The most videos that TikTok gives in one answer, and takes in one question."""
_LATEST_MS = 2.0**53


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one walk goes."""

    pages: int
    """Requests at most."""
    full_pages: int | None = None
    """Stop after so many pages that hold any video; None: only ``pages`` counts."""


async def walk(
    session: V2Session, call: Call, listing: Listing, reach: Reach, cursor: int | None
) -> int | None:
    """Add the videos from ``cursor`` (UTC milliseconds; None: the newest) on.

    Returns the cursor to go on with; None at the end. Only ``has_more`` ends the list:
    short, empty and repeated pages do not. Raises SourceError when the listing has no
    answer yet; a later failure is its problem.
    """
    full_pages = 0
    for _ in range(reach.pages):
        body = {"max_count": CHUNK}
        if cursor is not None:
            body["cursor"] = cursor
        try:
            data = await session.ask(call, DISPLAY_FIELDS, body)
        except SourceError as error:
            if not listing.answers:
                raise
            listing.problem = f"The list of videos broke off: {error.message}."
            return cursor
        listing.answers += 1
        full_pages += listing.add(data.get("videos"))
        before, cursor = cursor, _next(data)
        if cursor is None or full_pages == reach.full_pages:
            return cursor
        # From the newest to the oldest: a cursor that does not fall goes in circles.
        if before is not None and cursor >= before:
            listing.problem = (
                "The list of videos stopped: TikTok's cursor does not move."
            )
            return None
    return cursor


async def look_up(
    session: V2Session, call: Call, listing: Listing, ids: Sequence[str]
) -> None:
    """Add the videos with these ids to the listing; note those that are gone.

    Raises nothing: what cannot be had is the listing's problem.
    """
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        body = {"filters": {"video_ids": list(chunk)}}
        try:
            data = await session.ask(call, DISPLAY_FIELDS, body)
        except SourceError as error:
            known = f"{listing.problem} " if listing.problem else ""
            listing.problem = f"{known}Older videos were left out: {error.message}."
            return
        listing.add(data.get("videos"))
        listing.gone.update(one for one in chunk if one not in listing.items)


def _next(data: dict[str, object]) -> int | None:
    """The cursor to go on with; None at the end."""
    if data.get("has_more") not in (True, "true"):
        return None
    cursor = number(data.get("cursor"))
    if cursor is None or not 0 < cursor < _LATEST_MS:
        return None
    return int(cursor)
