"""Scores anomaly detections against labelled windows as the Numenta benchmark does.

Owns the arithmetic of the standard profile; knows no file and no detector.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PROBATION_SHARE = 0.15
PROBATION_ROWS = 750
"""The first rows of a file are for learning: this share of them, at most so many."""
MISS_COST = 1.0
FALSE_COST = 0.11


@dataclass(frozen=True, slots=True)
class Labelled:
    """One file's detections beside its labels."""

    group: str
    name: str
    times: Sequence[float]
    """The rows' times, epoch seconds, in order."""
    scores: Sequence[float]
    """The detector's answer per row, 0-1."""
    windows: Sequence[tuple[float, float]]
    """First and last time of each anomaly, both inside; in order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one threshold brings over some files."""

    points: float
    """Sum of what detections earned, of misses and of false detections."""
    windows: int
    found: int
    false: int
    """Detections outside every window."""

    @property
    def score(self) -> float | None:
        """0 for no detections at all, 100 for a perfect detector; None without windows."""
        if not self.windows:
            return None
        null = -MISS_COST * self.windows
        return 100 * (self.points - null) / (self.windows - null)


@dataclass(frozen=True, slots=True)
class _Row:
    score: float
    worth: float
    """Earned as a window's first detection, or (negative) the cost of a false one."""
    window: tuple[int, int] | None
    """(file, window) or None outside."""


def probation(rows: int) -> int:
    """How many rows at a file's start are not scored."""
    return min(math.floor(PROBATION_SHARE * rows), PROBATION_ROWS)


def sigmoid(position: float) -> float:
    """+0.987 at a window's start (-1), 0 at its end, -1 far behind it."""
    if position >= 3:
        return -1.0
    return 2 / (1 + math.exp(5 * position)) - 1


def worths(
    times: Sequence[float], windows: Sequence[tuple[float, float]]
) -> list[tuple[float, int | None]]:
    """Per row what a detection there is worth, and its window's number or None."""
    spans = [_span(times, window) for window in windows]
    out: list[tuple[float, int | None]] = []
    ahead = 0
    for row in range(len(times)):
        while ahead < len(spans) and row > spans[ahead][1]:
            ahead += 1
        if ahead < len(spans) and row >= spans[ahead][0]:
            first, last = spans[ahead]
            position = -(last - row + 1) / (last - first + 1)
            out.append((sigmoid(position) / sigmoid(-1.0), ahead))
        elif ahead:
            first, last = spans[ahead - 1]
            position = (row - last) / max(1, last - first)
            out.append((FALSE_COST * sigmoid(position), None))
        else:
            out.append((-FALSE_COST, None))
    return out


def best_threshold(files: Sequence[Labelled]) -> float:
    """The one threshold over all files that scores most; above 1 when silence does.

    Rows whose score is at or above it are detections.
    """
    rows = sorted(_rows(files), key=lambda row: -row.score)
    windows = {row.window for row in rows if row.window is not None}
    earned = dict.fromkeys(windows, -MISS_COST)
    points = most = -MISS_COST * len(windows)
    threshold = math.nextafter(1.0, 2.0)
    for at, row in enumerate(rows):
        if row.window is None:
            points += row.worth
        elif row.worth > earned[row.window]:
            points += row.worth - earned[row.window]
            earned[row.window] = row.worth
        is_last_of_score = at + 1 == len(rows) or rows[at + 1].score < row.score
        if is_last_of_score and points > most:
            most, threshold = points, row.score
    return threshold


def outcome(files: Sequence[Labelled], threshold: float) -> Outcome:
    """What that threshold brings over those files."""
    earned: dict[tuple[int, int], float] = {}
    points = 0.0
    false = 0
    for row in _rows(files):
        is_detection = row.score >= threshold
        if row.window is not None:
            was = earned.get(row.window, -MISS_COST)
            earned[row.window] = max(was, row.worth) if is_detection else was
        elif is_detection:
            points += row.worth
            false += 1
    found = sum(1 for worth in earned.values() if worth > -MISS_COST)
    return Outcome(points + sum(earned.values()), len(earned), found, false)


def by_group(files: Iterable[Labelled]) -> dict[str, list[Labelled]]:
    """The files of each group, groups in order of their names."""
    groups: dict[str, list[Labelled]] = {}
    for file in sorted(files, key=lambda file: (file.group, file.name)):
        groups.setdefault(file.group, []).append(file)
    return groups


def _span(times: Sequence[float], window: tuple[float, float]) -> tuple[int, int]:
    """The window's first and last row; (n, n-1), which no row meets, when it has none."""
    first, last = window
    inside = [row for row, time in enumerate(times) if first <= time <= last]
    return (inside[0], inside[-1]) if inside else (len(times), len(times) - 1)


def _rows(files: Sequence[Labelled]) -> Iterable[_Row]:
    """Every scored row of every file, in order."""
    for number, file in enumerate(files):
        skipped = probation(len(file.times))
        for row, (worth, window) in enumerate(worths(file.times, file.windows)):
            if row >= skipped:
                key = None if window is None else (number, window)
                yield _Row(file.scores[row], worth, key)
