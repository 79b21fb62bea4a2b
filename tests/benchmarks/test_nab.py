"""The command line of the scorer, on a small folder of the benchmark's layout."""

import csv
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import nab
from kpi_tui.kpi.anomaly import Detector

START = datetime(2026, 1, 5, tzinfo=UTC)
ROWS = 600
SPIKE = 480


def stamp(row: int, fraction: str = "") -> str:
    return f"{START + timedelta(minutes=5 * row):%Y-%m-%d %H:%M:%S}{fraction}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two groups: one series with a spike in its window, one of nothing but waves."""
    for group, spike in (("calm", 0.0), ("spiky", 400.0)):
        path = tmp_path / "data" / group / "series.csv"
        path.parent.mkdir(parents=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("timestamp", "value"))
            for row in range(ROWS):
                wave = 100 + math.sin(row * 2.4) + math.sin(row * 0.37)
                writer.writerow((stamp(row), wave + (spike if row == SPIKE else 0)))
    # The benchmark writes windows with fractions and rows without.
    window = [stamp(SPIKE, ".000000"), stamp(SPIKE + 40, ".000000")]
    windows = {"calm/series.csv": [], "spiky/series.csv": [window]}
    (tmp_path / "combined_windows.json").write_text(json.dumps(windows))
    return tmp_path


def ask(folder: Path, *more: str) -> int:
    return nab.main(
        [str(folder / "data"), str(folder / "combined_windows.json"), *more]
    )


def test_the_spike_is_found_and_reported_by_group(folder, capsys):
    assert ask(folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["groups"]["spiky"] == {
        "score": pytest.approx(100),
        "windows": 1,
        "found": 1,
        "false": 0,
    }
    assert found["groups"]["calm"]["score"] is None
    assert found["groups"]["calm"]["false"] == 0
    assert found["microseconds"] > 0


def test_text_names_groups_threshold_and_cost(folder, capsys):
    assert ask(folder) == 0
    text = capsys.readouterr().out
    for word in ("calm", "spiky", "all, standard profile", "threshold", "microseconds"):
        assert word in text


def test_scores_are_written_as_csv(folder, tmp_path):
    ask(folder, "--scores", str(tmp_path / "out"))
    with (tmp_path / "out/spiky/series.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["timestamp", "value", "anomaly_score"]
    assert len(rows) == ROWS
    scores = [float(row["anomaly_score"]) for row in rows]
    assert max(scores) == scores[SPIKE]
    assert all(0 <= score <= 1 for score in scores)


def test_the_detector_sees_rows_in_order_and_no_label(folder, monkeypatch):
    seen: list[tuple[int, float]] = []

    class Watching(Detector):
        def feed(self, at, value, **more):
            assert not more
            seen.append((at, value))
            return super().feed(at, value)

    monkeypatch.setattr(nab, "Detector", Watching)
    assert ask(folder) == 0
    half = seen[:ROWS]
    assert half == sorted(half)
    assert len(seen) == 2 * ROWS


def test_an_empty_folder_is_a_sentence_and_2(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "combined_windows.json").write_text("{}")
    assert ask(tmp_path) == 2
    assert "no GROUP/FILE.csv" in capsys.readouterr().err


def test_make_bench_reads_the_named_folder(folder, monkeypatch):
    monkeypatch.setenv(nab.FOLDER_VARIABLE, str(folder))
    labels = [label for label, _, _ in nab.run()]
    assert labels == [
        "anomaly score of calm",
        "anomaly score of spiky",
        "anomaly score, 0-100",
        "anomaly detector, microseconds a point",
    ]


def test_make_bench_skips_without_a_folder(monkeypatch):
    monkeypatch.delenv(nab.FOLDER_VARIABLE, raising=False)
    ((_, _, remark),) = nab.run()
    assert remark.startswith("skipped")
    assert nab.FOLDER_VARIABLE in remark
