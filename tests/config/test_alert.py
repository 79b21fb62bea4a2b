"""What ``[[alert]]`` and ``[notify]`` may say, and what is told of what they may not."""

from datetime import time
from pathlib import Path

import pytest

from kpi_tui.config.load import load
from kpi_tui.kpi.quiet_hours import QuietHours
from tests.config.files import problems, written

FOLLOWERS = "[[alert]]\nkpi = 'followers'\n"
RATE = "[[alert]]\nkpi = 'completion_rate'\n"
WRONG = [
    ("alert 1", "[[alert]]\nbelow = 5", "`kpi` is required, but missing"),
    ("alert 1", FOLLOWERS + "below = 5\nanomaly = true", "exactly one of below, above, changes_by, anomaly"),
    ("alert 1", FOLLOWERS + "anomaly = false", "exactly one of"),
    ("alert 1", FOLLOWERS + "anomaly = true\nfor = '2d'", "`for` does not go with `anomaly`"),
    ("alert 1", "[[alert]]\nno_data_for = '2d'\nclear = 3", "`clear` does not go with `no_data_for`"),
    ("alert 1", RATE + "anomaly = true", "no value per day"),
    ("alert 1", FOLLOWERS + "changes_by = 30", "`changes_by` is a share of what it was"),
    ("alert 1", FOLLOWERS + "changes_by = 0", "`changes_by` is a share of what it was"),
    ("alert 1", FOLLOWERS + "below = 5\nclear = 4", "`clear` must not be below `below`"),
    ("alert 1", FOLLOWERS + "above = 5\nclear = 6", "`clear` must not be above `above`"),
    ("alert 1", FOLLOWERS + "changes_by = '5%'\nclear = '6%'", "`clear` must not be above `changes_by`"),
    ("alert 1: clear", RATE + "below = '25%'\nclear = 30", "is a percentage"),
    ("alert 1: anomaly", FOLLOWERS + "anomaly = 1", "expected true or false"),
    ("alert 1: days", FOLLOWERS + "below = 5\ndays = 0", "a whole number of days from 1 to 365 (got 0)"),
    ("alert 1: days", FOLLOWERS + "below = 5\ndays = 'x'", "expected a whole number"),
    ("alert 1: no_data_for", "[[alert]]\nno_data_for = 2", "expected a time"),
    ("alert 1: belwo", FOLLOWERS + "below = 5\nbelwo = 5", "did you mean `below`?"),
    ("notify: quiet", "[notify]\nquiet = '22-7'", 'expected hours such as "22:00-07:00" (got "22-7")'),
    ("notify: command", "[notify]\ncommand = 'notify-send'", 'a list such as'),
    ("notify: command", "[notify]\ncommand = []", "must not be empty"),
    ("notify: bell", "[notify]\nbell = 'yes'", "expected true or false"),
    ("notify: apprise", "[notify]\napprise = 'tgram://token'", "a list such as"),
    ("notify: apprise.0.evn", "[notify]\napprise = [{ evn = 'A' }]", "did you mean `env`?"),
    ("notify: apprise.0", "[notify]\napprise = [{ env = 'A', file = 'b' }]", "exactly one of"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "message"), WRONG)
def test_each_kind_of_mistake(
    tmp_path: Path, key: str, text: str, message: str
) -> None:
    (problem,) = problems(written(tmp_path, text))
    assert problem.key == key
    assert message in problem.message
    assert "token" not in problem.render()


def test_an_address_may_be_read_by_its_owner_only(tmp_path: Path) -> None:
    path = written(tmp_path, "[notify]\napprise = ['tgram://token/1']")
    path.chmod(0o644)
    (problem,) = problems(path)
    assert "others may read" in problem.message
    path.chmod(0o600)
    config = load(path)
    assert "token" not in repr(config)
    literal = config.notify.apprise[0].literal
    assert literal is not None
    assert literal.get_secret_value() == "tgram://token/1"


def test_whole_sections(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            """
            [[alert]]
            kpi = "bounce_rate"
            above = "60%"
            clear = "55%"
            for = "2d"
            days = 7
            [[alert]]
            kpi = "video_views"
            changes_by = "30%"
            [[alert]]
            kpi = "follower_growth"
            below = 0
            [[alert]]
            kpi = "posting_frequency"
            anomaly = true
            [[alert]]
            no_data_for = "90m"
            [notify]
            bell = false
            quiet = "22:30-07:00"
            command = ["notify-send", "kpi-tui"]
            """,
        )
    )
    bounce, views, growth, posts, source = config.alert
    assert (bounce.above, bounce.clear, bounce.for_, bounce.days) == (
        0.6, 0.55, 172_800, 7,
    )  # fmt: skip
    assert (views.changes_by, views.days) == (0.3, 28)
    assert growth.below == 0
    assert posts.anomaly
    assert (source.kpi, source.no_data_for) == (None, 5400)
    notify = config.notify
    assert (notify.bell, notify.desktop) == (False, True)
    assert notify.quiet == QuietHours(time(22, 30), time(7))
    assert notify.command == ("notify-send", "kpi-tui")
