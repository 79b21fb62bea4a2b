"""Scores the anomaly detector on a labelled folder of the Numenta benchmark's layout.

``python -m benchmarks.nab DATA_DIR WINDOWS_JSON [--scores DIR] [--json]``: DATA_DIR
holds ``GROUP/FILE.csv`` with ``timestamp,value``. The detector is fresh for every
file, sees (time, value) row by row in order and never a label. ``make bench`` looks
for the folder in ``KPI_TUI_NAB``: one with ``data`` and ``combined_windows.json``.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.nab_score import Labelled, Outcome, best_threshold, by_group, outcome
from kpi_tui.kpi.anomaly import Detector

FOLDER_VARIABLE = "KPI_TUI_NAB"


@dataclass(frozen=True, slots=True)
class Series:
    """One file's rows."""

    group: str
    name: str
    stamps: Sequence[str]
    times: Sequence[float]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run over a folder brought."""

    threshold: float
    overall: Outcome
    groups: dict[str, Outcome]
    microseconds: float
    """A point, median over the files."""
    slowest: float
    """Microseconds a point of the slowest file."""
    answers: tuple[Labelled, ...]


def read_series(folder: Path) -> list[Series]:
    """Every ``GROUP/FILE.csv`` below the folder, in order of their names."""
    return [_read(path) for path in sorted(folder.glob("*/*.csv"))]


def read_windows(path: Path) -> dict[str, list[tuple[float, float]]]:
    """The anomalies of each ``GROUP/FILE.csv``, epoch seconds."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [(_epoch(first), _epoch(last)) for first, last in windows]
        for name, windows in found.items()
    }


def detect(series: Series) -> tuple[list[float], float]:
    """The score of every row, by a fresh detector, and microseconds a point."""
    detector = Detector()
    feed = detector.feed
    rows = [
        (int(at), value) for at, value in zip(series.times, series.values, strict=True)
    ]
    began = time.process_time()
    scores = [feed(at, value).score for at, value in rows]
    spent = time.process_time() - began
    return scores, spent / max(1, len(rows)) * 1e6


def measure(data: Path, windows: Path) -> tuple[Report, list[Series]]:
    """Run the detector over every file and score what it said.

    Raises ``ValueError`` when the folder holds no series.
    """
    labels = read_windows(windows)
    every = read_series(data)
    if not every:
        raise ValueError(f"no GROUP/FILE.csv in {data}")
    answers, costs = [], []
    for series in every:
        scores, cost = detect(series)
        name = f"{series.group}/{series.name}"
        answers.append(
            Labelled(
                series.group, series.name, series.times, scores, labels.get(name, [])
            )
        )
        costs.append(cost)
    threshold = best_threshold(answers)
    groups = {
        group: outcome(files, threshold) for group, files in by_group(answers).items()
    }
    report = Report(
        threshold,
        outcome(answers, threshold),
        groups,
        statistics.median(costs),
        max(costs),
        tuple(answers),
    )
    return report, every


def run(data_dir: Path | None = None) -> list[tuple[str, float, str]]:
    """Rows for ``make bench``: the score of each group, overall, and the cost a point."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = data_dir or (Path(named) if named else None)
    if folder is None or not (folder / "combined_windows.json").is_file():
        remark = f"skipped: {FOLDER_VARIABLE} names no folder with data and windows"
        return [("anomaly score, 0-100", 0.0, remark)]
    report, _ = measure(folder / "data", folder / "combined_windows.json")
    rows = [
        (f"anomaly score of {group}", found.score or 0.0, _remark(found))
        for group, found in report.groups.items()
    ]
    rows.append(
        ("anomaly score, 0-100", report.overall.score or 0.0, _remark(report.overall))
    )
    slowest = f"median of the files, the slowest {report.slowest:.1f}"
    rows.append(
        ("anomaly detector, microseconds a point", report.microseconds, slowest)
    )
    return rows


def main(arguments: Sequence[str]) -> int:
    """The command line; 2 when there is nothing to score."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nab")
    parser.add_argument("data", type=Path, help="folder of GROUP/FILE.csv")
    parser.add_argument(
        "windows", type=Path, help="JSON of GROUP/FILE.csv: [[from, to]]"
    )
    parser.add_argument(
        "--scores", type=Path, help="write GROUP/FILE.csv of scores here"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args(arguments)
    try:
        report, every = measure(asked.data, asked.windows)
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot score: {error}", file=sys.stderr)
        return 2
    if asked.scores is not None:
        _write(asked.scores, report, every)
    print(json.dumps(_as_json(report)) if asked.json else _as_text(report))
    return 0


def _read(path: Path) -> Series:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["timestamp"], float(row["value"])) for row in csv.DictReader(file)]
    stamps = [stamp for stamp, _ in rows]
    return Series(
        path.parent.name,
        path.name,
        stamps,
        [_epoch(stamp) for stamp in stamps],
        [value for _, value in rows],
    )


def _epoch(stamp: str) -> float:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()


def _write(folder: Path, report: Report, every: Sequence[Series]) -> None:
    for series, answer in zip(every, report.answers, strict=True):
        path = folder / series.group / series.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("timestamp", "value", "anomaly_score"))
            writer.writerows(
                zip(series.stamps, series.values, answer.scores, strict=True)
            )


def _remark(found: Outcome) -> str:
    if found.score is None:
        return f"no anomaly to find, {found.false} false ({found.points:+.2f} points)"
    return f"{found.found} of {found.windows} found, {found.false} false"


def _as_text(report: Report) -> str:
    def line(label: str, found: Outcome) -> str:
        score = "-" if found.score is None else f"{found.score:.1f}"
        return f"{label:<32} {score:>6}  {_remark(found)}"

    lines = [line(group, found) for group, found in report.groups.items()]
    lines.append(line("all, standard profile", report.overall))
    lines.append(f"{'threshold':<32} {report.threshold:>6.3f}")
    lines.append(
        f"{'microseconds a point':<32} {report.microseconds:>6.1f}  "
        f"median of the files, the slowest {report.slowest:.1f}"
    )
    return "\n".join(lines)


def _as_json(report: Report) -> dict[str, object]:
    def parts(found: Outcome) -> dict[str, object]:
        return {
            "score": found.score,
            "windows": found.windows,
            "found": found.found,
            "false": found.false,
        }

    return {
        "groups": {group: parts(found) for group, found in report.groups.items()},
        "overall": parts(report.overall),
        "threshold": report.threshold,
        "microseconds": report.microseconds,
        "slowest_microseconds": report.slowest,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
