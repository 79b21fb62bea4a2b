"""When the brand posts, and what: sixty posts by the start, then three a week.

Everything is told from the world's start, so that the stories (a viral week, a launch,
a post of this hour) are always in sight, whatever the date. Knows no totals.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import exp
from zoneinfo import ZoneInfo

from kpi_tui.sources.demo.captions import (
    FRESH_CAPTION,
    LAUNCH_CAPTION,
    TOPICS,
    VIRAL_CAPTION,
)
from kpi_tui.sources.demo.days import DAY, Attention
from kpi_tui.sources.demo.dice import Dice
from kpi_tui.sources.demo.videos import HOT_SHARE_DAYS, Curve, Post, Temper

POSTS_AT_START = 60
VIRAL_DAYS_AGO = 75
LAUNCH_DAYS_AGO = 20
FRESH_MINUTES_AGO = 25

_OLDEST_DAYS_AGO = 410
_BUSY_DAYS_AGO = 56
"""Since then every slot is used; before, about two in seven."""
_WEEKS = (
    ((1, 13, 0.9), (3, 19, 1.4), (6, 11, 1.35)),
    ((0, 9, 0.6), (3, 19, 1.4), (5, 18, 1.0)),
)
"""Slots of even and odd weeks: weekday, local hour, luck of that hour."""
_DECK = (
    *("Recipes",) * 2,
    *("Tours",) * 3,
    *("Behind the scenes",) * 3,
    *("Duets",) * 2,
    *("Product",) * 2,
)
"""Themes of twelve posts in a row, dealt in another order each time."""
_LENGTHS = (8.4, 11.2, 13.9, 17.5, 21.3, 26.8, 33.1, 41.7, 52.2, 64.6, 77.4, 88.3)


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment to post."""

    at: int
    """UTC epoch seconds."""
    luck: float
    """What the hour does to the views."""


class Schedule:
    """The posts, oldest first, as many as have been asked for."""

    def __init__(
        self, dice: Dice, zone: ZoneInfo, started: float, attention: Attention
    ) -> None:
        """``started`` is UTC epoch seconds, in whose light all stories are told."""
        self._dice = dice
        self._zone = zone
        self._started = int(started)
        self._attention = attention
        self._slots = self._past()
        self._coming = self._future()
        self._viral = self._nearest(self._started - VIRAL_DAYS_AGO * DAY)
        self._launch = self._nearest(self._started - LAUNCH_DAYS_AGO * DAY)

    def slots_until(self, at: float) -> int:
        """How many posts are out at that instant, and the next one is planned."""
        while self._slots[-1].at <= at:
            self._slots.append(next(self._coming))
        return sum(slot.at <= at for slot in self._slots)

    def post(self, index: int, scale: float) -> Post:
        """One post; ``scale`` turns its relative size into views."""
        slot = self._slots[index]
        topic, nth = self._topic(index)
        return Post(
            index=index,
            id=self._id(index, slot.at),
            posted_at=slot.at,
            born=self._attention.at(slot.at),
            topic=topic,
            caption=self._caption(index, topic, nth),
            duration=(length := self._length(index)),
            temper=self._temper(index, topic, length),
            curve=self._curve(index, topic, length, scale),
        )

    def _past(self) -> list[Slot]:
        """Sixty slots: all of the last weeks, a few of each month before, and now."""
        candidates = [
            slot
            for slot in self._weekly(self._started - _OLDEST_DAYS_AGO * DAY)
            if slot.at < self._started - DAY // 4
        ]
        busy = self._started - _BUSY_DAYS_AGO * DAY
        recent = [slot for slot in candidates if slot.at >= busy]
        older = [slot for slot in candidates if slot.at < busy]
        wanted = POSTS_AT_START - 1 - len(recent)
        chosen = [older[int((i + 0.5) * len(older) / wanted)] for i in range(wanted)]
        fresh = self._started - FRESH_MINUTES_AGO * 60
        return [*chosen, *recent, Slot(fresh - fresh % 60, 1.0)]

    def _future(self) -> Iterator[Slot]:
        slots = self._weekly(self._started, weeks=None)
        return (slot for slot in slots if slot.at > self._started + DAY // 4)

    def _weekly(self, since: int, weeks: int | None = 60) -> Iterator[Slot]:
        """Slots from the local week of ``since`` on, to the start or for ever."""
        local = datetime.fromtimestamp(since, UTC).astimezone(self._zone).date()
        monday = local - timedelta(days=local.weekday())
        while weeks is None or weeks > 0:
            week = monday.toordinal() // 7
            for weekday, hour, luck in _WEEKS[week % 2]:
                minute = int(self._dice.between(2, 50, "minute", week, weekday))
                at = datetime.combine(
                    monday + timedelta(days=weekday), time(hour, minute), self._zone
                )
                yield Slot(int(at.timestamp()), luck)
            monday += timedelta(days=7)
            weeks = None if weeks is None else weeks - 1

    def _nearest(self, at: int) -> int:
        slots = self._slots[: POSTS_AT_START - 1]
        return min(range(len(slots)), key=lambda i: abs(slots[i].at - at))

    def _id(self, index: int, at: int) -> str:
        is_planned = self._dice.unit("planned", index) < 0.25
        lead = (DAY, 5 * DAY) if is_planned else (60, 900)
        uploaded = at - int(self._dice.between(*lead, "lead", index))
        return str((uploaded << 32) | int(self._dice.unit("id", index) * 2**32))

    def _topic(self, index: int) -> tuple[str, int]:
        """The post's theme, and how many of that theme came before."""
        block, place = divmod(index, len(_DECK))
        deck = self._dice.shuffled(_DECK, "deck", block)
        nth = block * deck.count(deck[place]) + deck[:place].count(deck[place])
        if index in (self._viral, POSTS_AT_START - 1):
            return "Recipes", nth
        return ("Product" if index == self._launch else deck[place]), nth

    def _caption(self, index: int, topic: str, nth: int) -> str:
        special = {
            self._viral: VIRAL_CAPTION,
            self._launch: LAUNCH_CAPTION,
            POSTS_AT_START - 1: FRESH_CAPTION,
        }
        captions = self._dice.shuffled(TOPICS[topic].captions, "captions", topic)
        return special.get(index, captions[nth % len(captions)])

    def _length(self, index: int) -> float:
        """Seconds; one post in twelve is a photo and has none."""
        if index in (self._viral, POSTS_AT_START - 1):
            return 23.6
        block, place = divmod(index, len(_LENGTHS))
        deck = self._dice.shuffled(_DECK, "deck", block)
        if place == deck.index("Tours" if block % 2 else "Product"):
            return 0.0
        lengths = self._dice.shuffled(_LENGTHS, "lengths", block)
        return round(lengths[place] + self._dice.between(-0.4, 0.9, "s", index), 3)

    def _temper(self, index: int, topic: str, length: float) -> Temper:
        mood = TOPICS[topic]

        def around(rate: float, name: str) -> float:
            return rate * self._dice.between(0.88, 1.12, name, index)

        completion = 0.04 + 0.8 * exp(-length / 40)
        return Temper(
            likes=around(mood.likes, "likes"),
            comments=around(mood.comments, "comments"),
            shares=around(mood.shares, "shares"),
            saves=around(mood.saves, "saves"),
            follows=around(mood.follows, "follows"),
            clicks=around(mood.clicks, "clicks"),
            completion=min(0.9, around(mood.completion, "completion") * completion),
            unique=self._dice.between(0.74, 0.86, "unique", index),
        )

    def _curve(self, index: int, topic: str, length: float, scale: float) -> Curve:
        is_old = self._slots[index].at < self._started - _BUSY_DAYS_AGO * DAY
        is_special = index in (self._viral, POSTS_AT_START - 1)
        luck = exp(0.27 * max(-1.6, min(1.6, self._dice.normal("size", index))))
        size = TOPICS[topic].reach * self._slots[index].luck * luck
        size *= 1.15 if 0 < length < 15 else 0.85 if length > 60 else 1.0
        size *= 1.6 if index == self._launch else 1.6 if is_old else 1.0
        if is_special:
            size = 15 if index == self._viral else 2.6
        has_bump = not is_special and is_old and self._dice.unit("bump", index) < 0.3
        return Curve(
            size=size * scale,
            tail=0.4 if is_old else 0.3 if topic == "Recipes" else 0.18,
            tail_days=self._dice.between(18, 36, "tail", index),
            hot_days=5.0 if is_old and not is_special else HOT_SHARE_DAYS,
            bump_size=self._dice.between(0.2, 0.45, "bump size", index) * has_bump,
            bump_at=self._dice.between(9, 40, "bump at", index),
        )
