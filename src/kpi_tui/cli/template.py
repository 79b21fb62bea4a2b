"""The config that ``kpi-tui init`` writes."""

import json
from dataclasses import dataclass

from kpi_tui.kpi.text import clean


@dataclass(frozen=True, slots=True)
class Answers:
    """What the config is made of."""

    handle: str
    name: str = ""
    timezone: str = "UTC"
    folder: str = "~/Downloads"
    competitors: tuple[str, ...] = ()


def config_text(answers: Answers) -> str:
    """A commented config in TOML."""
    parts = [
        _HEAD.format(
            timezone=_quoted(answers.timezone),
            handle=_quoted(answers.handle),
            name=_name(answers),
            folder=_quoted(answers.folder),
        )
    ]
    parts += [_COMPETITOR.format(handle=_quoted(one)) for one in answers.competitors]
    if not answers.competitors:
        parts.append(_NO_COMPETITOR)
    return "".join([*parts, _TAIL])


def _name(answers: Answers) -> str:
    """The line of the name; switched off where it would only repeat the handle."""
    if answers.name in {"", answers.handle}:
        return '#name = "As it should be shown"'
    return f"name = {_quoted(answers.name)}"


def _quoted(text: str) -> str:
    """A TOML string; after cleaning, JSON's escapes are TOML's."""
    return json.dumps(clean(text), ensure_ascii=False)


_HEAD = """\
# The config of kpi-tui. `kpi-tui check` says what is wrong with it and tries every
# source. Settings that are switched off stand after "#".
# Times are written "30s", "5m", "2h" or "1d".

[monitor]
timezone = {timezone}    # days are cut at this zone's midnight
refresh = "5m"    # how often a source is asked


# Your account. Several [[account]] are several accounts.
[[account]]
handle = {handle}
{name}

# A folder of downloads from TikTok Studio (Analytics > Download data). It is
# watched: a new download is on the screen within seconds.
[[account.source]]
type = "tiktok-studio"
path = {folder}

# TikTok's API for Business, for an approved developer app.
#[[account.source]]
#type = "tiktok-business"
#access_token = {{ env = "TIKTOK_TOKEN" }}    # or file, command, keyring
#business_id = "your-open-id"

# Any table with a date column.
#[[account.source]]
#type = "csv"
#path = "~/website.csv"
#date = "Date"
#metrics = {{ website_visits = "Sessions" }}


# Competitors, for the leaderboard. `manual`: their numbers are typed in with
#   kpi-tui record followers 12,400 --account HANDLE
"""

_COMPETITOR = """\
[[competitor]]
handle = {handle}
[[competitor.source]]
type = "manual"

"""

_NO_COMPETITOR = """\
#[[competitor]]
#handle = "rival"
#[[competitor.source]]
#type = "manual"

"""

_TAIL = """\
# Or from any JSON over HTTP, each metric by a JMESPath.
#[[competitor]]
#handle = "another_rival"
#[[competitor.source]]
#type = "http-json"
#url = "https://stats.example/api/another_rival"
#metrics = { followers = "data.stats.followerCount" }


# Goals: any KPI, as a number or a percentage.
[[goal]]
kpi = "engagement_rate"
target = "5%"
#by = 2026-12-31


# Themes: videos grouped by words in their captions.
#[[theme]]
#name = "Recipes"
#match = ["#recipe", "how to make"]
"""
