"""How often the truth falls into the forecast's 80 % range, and how sharp that is.

``python -m benchmarks forecast``: each series is cut, its past forecast, and the sum
over the last 28 days compared with what came. Generated families, 56 to 182 days of
past, 7 to 120 days ahead, 400 cases each. Real series join where the folder of the Numenta benchmark is
told in ``KPI_TUI_NAB``, in sevenths of a day: the daily rhythm takes the week's place.
"""

import csv
import math
import os
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.families import FAMILIES
from kpi_tui.kpi.forecast import Range, range_of
from kpi_tui.kpi.futures import futures

PASTS = (56, 182)
AHEADS = (7, 120)
"""Shortest and longest, in days."""
CASES = 400
WINDOW = 28
FOLDER_VARIABLE = "KPI_TUI_NAB"
_SEVENTH = 86400 / 7

Case = tuple[list[float], list[float]]
"""Past, and what came."""


def run() -> list[tuple[str, float, str]]:
    """Two rows per family: coverage in percent, and loss against the naive range."""
    rows: list[tuple[str, float, str]] = []
    hits, total = 0, 0
    for family, make in FAMILIES.items():
        cases = []
        for seed in range(CASES):
            # Seeds that nobody looked at while the fits' weights were chosen.
            rng = random.Random(f"held back {family} {seed}")
            past, ahead = rng.randint(*PASTS), rng.randint(*AHEADS)
            values = make(rng, past + ahead)
            cases.append((values[:past], values[past:]))
        inside, loss = score(cases)
        hits, total = hits + inside, total + len(cases)
        rows += _rows(family, inside, len(cases), loss)
    rows.append(_coverage("all generated families", hits, total))
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        cases = list(real(Path(folder) / "data"))
        if cases:
            inside, loss = score(cases)
            rows += _rows("real series (Numenta)", inside, len(cases), loss)
    return rows


def _rows(
    name: str, inside: int, count: int, loss: float
) -> list[tuple[str, float, str]]:
    remark = "x the loss of the last four weeks repeated, with their own past errors"
    return [
        _coverage(name, inside, count),
        (f"forecast of {name}: pinball loss (below 1.00)", loss, remark),
    ]


def _coverage(name: str, inside: int, count: int) -> tuple[str, float, str]:
    remark = f"% of {count:,} truths inside"
    return f"forecast of {name}: inside (80 +- 5)", 100 * inside / count, remark


def score(cases: Sequence[Case]) -> tuple[int, float]:
    """How many truths lie inside; and the loss over that of the naive range."""
    inside, own, naive = 0, 0.0, 0.0
    for past, later in cases:
        ahead = len(later)
        truth = sum((past + later)[-WINDOW:])
        found = futures(past, (len(past) - 1) % 7, ahead, WINDOW)
        assert found is not None
        known = sum((past + later)[-WINDOW : len(past)]) if ahead < WINDOW else 0.0
        ends = range_of(known + sum(path) for path in found.days)
        assert ends is not None
        inside += ends.low <= truth <= ends.high
        # Relative to the past, or the largest series would be the only one.
        size = sum(past) / len(past) * WINDOW or 1.0
        own += loss_of(ends, truth) / size
        naive += loss_of(naive_range(past, ahead), truth) / size
    return inside, own / naive


def loss_of(ends: Range, truth: float) -> float:
    """Pinball loss of the three percentiles."""
    pairs = ((0.1, ends.low), (0.5, ends.middle), (0.9, ends.high))
    return sum(max(q * (truth - x), (q - 1) * (truth - x)) for q, x in pairs)


def naive_range(past: Sequence[float], ahead: int) -> Range:
    """The last four weeks again; as wrong as they were about the past, and growing."""
    step = min(ahead, WINDOW)
    last = sum(past[-WINDOW:])
    errors = range_of(
        sum(past[end - WINDOW : end]) - sum(past[end - WINDOW - step : end - step])
        for end in range(WINDOW + step, len(past) + 1)
    )
    assert errors is not None
    growth = math.sqrt(max(1.0, ahead / WINDOW))
    return Range(last + errors.low * growth, last, last + errors.high * growth)


def real(folder: Path) -> Iterator[Case]:
    """Real series in sevenths of a day, cut at several places."""
    for path in sorted(folder.glob("real*/*.csv")):
        values = _sevenths(path)
        for past in (56, 70, 112, 182):
            for ahead in (7, 14, 28, 60):
                for end in range(past + ahead, len(values) + 1, 60):
                    start = end - past - ahead
                    yield values[start : end - ahead], values[end - ahead : end]


def _sevenths(path: Path) -> list[float]:
    """Means of the measurements of each seventh of a day, without the ragged ends."""
    sums: dict[int, tuple[float, int]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["timestamp"] + "+00:00").timestamp()
            place = int(at // _SEVENTH)
            total, count = sums.get(place, (0.0, 0))
            sums[place] = (total + float(row["value"]), count + 1)
    places = range(min(sums) + 1, max(sums))
    means = [sums[p][0] / sums[p][1] if p in sums else None for p in places]
    # A stretch without data has no truth to compare with.
    gap = next((i for i, value in enumerate(means) if value is None), len(means))
    return [value for value in means[:gap] if value is not None]


if __name__ == "__main__":
    for label, value, remark in run():
        print(f"{label:<64} {value:>10,.2f}  {remark}")
