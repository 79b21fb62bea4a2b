"""Posts in any JSON document, by the JMESPaths of the config.

Knows no network: a document goes in; videos, their totals and notes come out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from jmespath.parser import ParsedResult

from kpi_tui.config.settings import JsonMetric, JsonVideos
from kpi_tui.kpi.readings import Batch, Reading, Video, instant, video_entity
from kpi_tui.kpi.text import clean
from kpi_tui.sources.json_paths import compiled, searched, shown
from kpi_tui.sources.moments import is_future, moment
from kpi_tui.sources.numeric import number, scaled
from kpi_tui.sources.post_fields import length, page_url, post_id

_MOST_POSTS = 4_000
TOTALS = ("views", "likes", "comments", "shares", "saves")
"""Keys of the config, each a running total of a post."""


@dataclass(frozen=True, slots=True)
class _Amount:
    path: ParsedResult
    how: JsonMetric

    def of(self, item: object) -> float | None:
        value = number(searched(self.path, item))
        return None if value is None else scaled(value, self.how.scale)


class VideoMapping:
    """The compiled mapping of one source's posts."""

    def __init__(self, how: JsonVideos, account: str) -> None:
        """Compile every path; SourceError names the first that is wrong."""
        self._account = account
        self._how = how
        self._list = compiled("videos", how.path)
        self._paths = {
            name: compiled(f"videos.{name}", path)
            for name in ("id", "posted_at", "caption", "url")
            if (path := getattr(how, name)) is not None
        }
        self._amounts = {
            name: _amount(name, path)
            for name in ("duration", *TOTALS)
            if (path := getattr(how, name)) is not None
        }

    def read(self, document: object, now: float) -> Batch:
        """Videos, their running totals at ``now`` (UTC epoch seconds), and notes.

        A post without an id, or of the future, is left out and counted in a note.
        """
        found = searched(self._list, document)
        if not isinstance(found, list):
            label = f"videos = {clean(self._how.path, 80)}"
            return Batch(notes=(f"{label} is {shown(found)}, no list; skipped.",))
        videos: dict[str, Video] = {}
        readings: list[Reading] = []
        for item in found[:_MOST_POSTS]:
            video = self._video(item, now)
            # Pinned posts come twice in some answers.
            if video is not None and video.id not in videos:
                videos[video.id] = video
                entity = video_entity(video.id)
                totals = self._totals(item)
                readings += instant(self._account, totals, int(now), entity=entity)
        return Batch(
            tuple(readings), tuple(videos.values()), None, _notes(found, videos)
        )

    def _video(self, item: object, now: float) -> Video | None:
        known = {name: searched(path, item) for name, path in self._paths.items()}
        identity = post_id(known["id"])
        posted = moment(known["posted_at"], UTC)
        if identity is None or (posted is not None and is_future(posted, now)):
            return None
        caption, seconds = known.get("caption"), self._amounts.get("duration")
        return Video(
            account=self._account,
            id=identity,
            posted_at=None if posted is None else posted.at,
            caption=clean(caption) if isinstance(caption, str) else None,
            url=page_url(known.get("url")),
            duration=length(seconds.of(item)) if seconds else None,
        )

    def _totals(self, item: object) -> Iterator[tuple[str, float]]:
        for name in TOTALS:
            amount = self._amounts.get(name)
            value = amount.of(item) if amount else None
            if value is not None and value >= 0:
                yield f"video_total_{name}", value


def _amount(name: str, path: str | JsonMetric) -> _Amount:
    how = JsonMetric(path=path) if isinstance(path, str) else path
    return _Amount(compiled(f"videos.{name}", how.path), how)


def _notes(found: list[object], videos: dict[str, Video]) -> tuple[str, ...]:
    notes = []
    left = sum(1 for item in found if item is not None) - len(videos)
    if found and not videos:
        notes.append("none of the posts has an id where videos.id looks; skipped.")
    elif left > 0:
        notes.append(
            f"{left} posts have no id, lie in the future or come twice; skipped."
        )
    if videos and all(video.posted_at is None for video in videos.values()):
        notes.append("none of the posts has a time where videos.posted_at looks.")
    return tuple(notes)
