"""A folder of downloads and two competitors over HTTP, on a real screen."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.runs import environment
from tests.sources.tiktok_studio import downloads as studio
from tests.terminal.terminal import Terminal

TODAY = datetime.now(UTC).date()
LAST = TODAY - timedelta(days=1)
HOSTILE = "[/link in bio] \x1b]52;c;ZXZpbA==\x07\x9b31m \u202egnp.exe [bold]x"
SHOWN = "[/link in"


class Stats(http.server.BaseHTTPRequestHandler):
    """Answers with a follower count and a month of days for any handle."""

    def do_GET(self) -> None:
        followers = 1_234_000 if "rival" in self.path else 900
        days = [LAST - timedelta(days=back) for back in range(60)]
        body = json.dumps(
            {
                "stats": {"followerCount": followers},
                "daily": [
                    {"date": str(day), "views": 50_000, "likes": 900, "comments": 40,
                     "shares": 60, "followers": followers}
                    for day in days
                ],
            }
        ).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def stats_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stats)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def download(folder: Path, last: date, *, views: int, caption: str = "Video") -> None:
    """A 28-day export made the day after ``last``, as a zip."""
    exported = last + timedelta(days=1)
    days = studio.days_until(last, 28)
    posts = [
        (
            studio.english(exported),
            f"{caption} {number}",
            f"https://www.tiktok.com/@acme/video/{studio.video_id(day, number)}",
            studio.english(day),
            40 + number,
            3,
            2,
            1000 * number,
        )
        for number, day in enumerate(days[:15], start=1)
    ]
    members = {
        "Overview.csv": studio.table(
            studio.OVERVIEW,
            [(studio.english(day), views, 7, 50, 4, 6) for day in days],
        ),
        "FollowerHistory.csv": studio.history(days),
        "FollowerGender.csv": studio.table(
            studio.GENDER, [("Female", "0.56"), ("Male", "0.44"), ("Other", "0")]
        ),
        "Viewers.csv": studio.viewers(days),
        "Content.csv": studio.table(studio.CONTENT, posts),
    }
    name = f"Overview_{days[0]}_{int(datetime(exported.year, exported.month, exported.day, 9, tzinfo=UTC).timestamp())}_acme.zip"
    folder.mkdir(exist_ok=True)
    part = folder / f".{name}.part"
    part.write_bytes(studio.zipped(members))
    part.rename(folder / name)


@pytest.fixture
def config(tmp_path: Path, stats_url: str) -> Path:
    path = tmp_path / "config.toml"
    rivals = "\n".join(
        f"""
[[competitor]]
handle = "{handle}"
[[competitor.source]]
type = "http-json"
url = "{stats_url}/{handle}"
time = "daily[].date"
metrics = {{ followers = "daily[].followers", video_views = "daily[].views", likes = "daily[].likes", comments = "daily[].comments", shares = "daily[].shares" }}
"""
        for handle in ("rival", "oldmill")
    )
    path.write_text(
        f"""
[[account]]
handle = "acme"
name = "Acme"
[[account.source]]
type = "tiktok-studio"
path = "downloads"
{rivals}
"""
    )
    return path


@pytest.fixture
def terminal(tmp_path: Path, config: Path) -> Iterator[Terminal]:
    download(
        tmp_path / "downloads", LAST - timedelta(days=3), views=1000, caption=HOSTILE
    )
    terminal = Terminal(
        "--config", str(config), "--data", str(tmp_path / "kpi.db"),
        env=environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    yield terminal
    terminal.close()


def test_a_download_and_two_competitors_fill_every_tab(terminal: Terminal):
    terminal.wait_for("28.0 k")  # 28 days of 1,000 views
    terminal.press("2")
    terminal.wait_for("Engagements")
    terminal.press("3")
    terminal.wait_for("Videos 15")
    terminal.wait_for(SHOWN)
    terminal.press("4")
    terminal.wait_for("Female")
    terminal.press("5")
    for handle in ("@oldmill", "@rival", "@acme"):
        terminal.wait_for(handle)


def test_a_newer_download_updates_the_screen_by_itself(
    terminal: Terminal, tmp_path: Path
):
    terminal.wait_for("28.0 k")
    download(tmp_path / "downloads", LAST, views=2000, caption="New")
    terminal.wait_for("56.0 k")


def test_a_hostile_caption_is_harmless_on_every_tab(terminal: Terminal):
    terminal.wait_for("28.0 k")
    terminal.press("3")
    terminal.wait_for(SHOWN)
    terminal.press("enter")
    terminal.wait_for(SHOWN)
    terminal.press("y")
    terminal.press("escape")
    for key in "1234567":
        terminal.press(key)
        terminal.settle()
    terminal.press("3", "/")
    for letter in "link":
        terminal.press(letter)
    terminal.wait_for(SHOWN)
    raw = bytes(terminal.raw)
    assert b"\x1b]52;c;ZXZpbA" not in raw
    assert "\u202e".encode() not in raw
    assert b"\xc2\x9b" not in raw
    assert terminal.process.poll() is None
