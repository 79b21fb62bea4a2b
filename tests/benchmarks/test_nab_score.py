"""The scorer against cases worked out by hand from the benchmark's description."""

import math

import pytest

from benchmarks.nab_score import (
    FALSE_COST,
    Labelled,
    best_threshold,
    by_group,
    outcome,
    probation,
    sigmoid,
    worths,
)

ROWS = 100
# Rows 40-49 are one anomaly, rows 70-79 another; 15 rows are for learning.
WINDOWS = [(40.0, 49.0), (70.0, 79.0)]


def labelled(*detections: int, rows: int = ROWS, name: str = "a.csv") -> Labelled:
    scores = [1.0 if row in detections else 0.0 for row in range(rows)]
    return Labelled("group", name, [float(row) for row in range(rows)], scores, WINDOWS)


def score(*files: Labelled, threshold: float = 0.5) -> float:
    found = outcome(files, threshold).score
    assert found is not None
    return found


def test_first_row_of_every_window_is_perfect():
    assert score(labelled(40, 70)) == pytest.approx(100)


def test_no_detection_is_null():
    found = outcome([labelled()], 0.5)
    assert found.score == 0
    assert (found.windows, found.found, found.false) == (2, 0, 0)


def test_one_window_of_two_is_half():
    assert score(labelled(40)) == pytest.approx(50)


@pytest.mark.parametrize("row", range(40, 49))
def test_earlier_in_the_window_is_worth_more(row):
    assert score(labelled(row)) > score(labelled(row + 1))


def test_the_last_row_of_a_window_still_beats_a_miss():
    # Position -1/10: 2 / (1 + exp(-0.5)) - 1 = 0.245 of at most 0.987.
    found = outcome([labelled(49)], 0.5)
    assert found.points == pytest.approx(0.24492 / 0.98661 - 1, abs=1e-4)
    assert found.found == 1


def test_only_the_earliest_detection_of_a_window_counts():
    assert score(labelled(42, 43, 44, 49, 70)) == score(labelled(42, 70))


def test_a_detection_before_every_window_costs_all_of_it():
    assert outcome([labelled(20)], 0.5).points == pytest.approx(-2 - FALSE_COST)


def test_a_detection_just_behind_a_window_costs_less():
    behind, farther, far = (
        outcome([labelled(row)], 0.5).points for row in (50, 55, 99)
    )
    assert -2 > behind > farther > far > -2 - FALSE_COST
    # One row behind ten: position 1/9.
    expected = FALSE_COST * (2 / (1 + math.exp(5 / 9)) - 1)
    assert behind == pytest.approx(-2 + expected)


def test_every_false_detection_costs():
    assert outcome([labelled(20, 21, 22)], 0.5).points == pytest.approx(-2.33)
    assert outcome([labelled(20, 21, 22)], 0.5).false == 3


def test_nothing_in_probation_counts():
    assert score(labelled(*range(15))) == 0
    assert score(labelled(15)) < 0


def test_a_window_wholly_in_probation_is_not_asked_for():
    file = Labelled("g", "f", list(range(ROWS)), [0.0] * ROWS, [(2.0, 9.0)])
    assert outcome([file], 0.5).score is None


@pytest.mark.parametrize(
    ("rows", "skipped"), [(100, 15), (1_243, 186), (4_032, 604), (22_695, 750)]
)
def test_probation_is_15_percent_and_at_most_750_rows(rows, skipped):
    assert probation(rows) == skipped


def test_the_sigmoid_runs_from_one_to_minus_one():
    assert sigmoid(-1.0) == pytest.approx(0.98661, abs=1e-5)
    assert sigmoid(0.0) == 0
    assert sigmoid(1.0) == pytest.approx(-0.98661, abs=1e-5)
    assert sigmoid(3.0) == sigmoid(50.0) == -1.0


def test_windows_are_met_by_time_even_between_rows():
    inside = [number for _, number in worths([0.0, 10.0, 20.0, 30.0], [(5.0, 25.0)])]
    assert inside == [None, 0, 0, None]


def test_a_window_no_row_meets_is_left_out():
    assert (
        outcome([Labelled("g", "f", [0.0, 1.0], [0.0, 0.0], [(5.0, 6.0)])], 1).windows
        == 0
    )


def test_the_threshold_is_the_best_over_all_files_together():
    quiet = Labelled("g", "a", list(range(ROWS)), [0.0] * ROWS, WINDOWS)
    scores = list(quiet.scores)
    scores[20], scores[40], scores[70] = 0.4, 0.6, 0.8
    good = Labelled("g", "b", quiet.times, scores, WINDOWS)
    assert best_threshold([quiet, good]) == 0.6
    assert outcome([quiet, good], 0.6).score == pytest.approx(50)


def test_rows_of_one_score_are_taken_together():
    """A threshold cannot lie between equal scores, as good as that would be."""
    scores = [0.5 if row in {*range(15, 40), 40} else 0.0 for row in range(ROWS)]
    file = Labelled("g", "f", list(range(ROWS)), scores, WINDOWS[:1])
    assert best_threshold([file]) > 1
    assert outcome([file], best_threshold([file])).score == 0


def test_a_useless_detector_is_left_silent():
    assert outcome([labelled(20)], best_threshold([labelled(20)])).score == 0


def test_groups_come_in_order():
    files = [labelled(name="b.csv"), labelled(name="a.csv")]
    assert [file.name for file in by_group(files)["group"]] == ["a.csv", "b.csv"]
