"""Valid configs load; wrong ones tell every mistake with its line and key."""

from datetime import date
from pathlib import Path

import pytest

from kpi_tui.config.load import (
    ConfigError,
    default_config_path,
    default_data_path,
    load,
)
from kpi_tui.config.settings import (
    BusinessSource,
    CsvSource,
    HttpJsonSource,
    JsonMetric,
    Secret,
    StudioSource,
)
from tests.config.files import problems, written

FIVE_MISTAKES = """\
[monitor]
timezone = "Europe/Athen"

[[account]]
handle = "acme"

[[account.source]]
type = "tiktok-studio"
path = "downloads"
refrsh = "5m"

[[account.source]]
type = "http-json"
url = "stats.example"
metrics = { followers = "a" }

[[goal]]
account = "acne"
kpi = "engagement_rate"
target = "15%"

[[goal]]
kpi = "followrs"
target = 3
"""


def test_a_full_config_gives_typed_settings(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [monitor]
        timezone = "Europe/Athens"
        refresh = "90s"
        [[account]]
        handle = "@acme"
        name = "Acme\\u001b Oil"
        [[account.source]]
        type = "tiktok-studio"
        path = "downloads"
        [[account.source]]
        type = "tiktok-business"
        access_token = { env = "TIKTOK_TOKEN" }
        business_id = "id-1"
        refresh = "2h"
        [[account.source]]
        type = "http-json"
        url = "https://stats.example/api"
        headers = { Accept = "application/json", Authorization = "Bearer abc" }
        metrics = { followers = "a.b", bounce_share = { path = "c", scale = "percent" } }
        [[account.source]]
        type = "csv"
        path = "/data/web.csv"
        date = "Date"
        metrics = { website_visits = "Sessions" }
        scale = { website_visits = 0.5 }
        [[goal]]
        account = "acme"
        kpi = "engagement_rate"
        target = "15%"
        by = 2026-12-31
        [[alert]]
        kpi = "completion_rate"
        below = "25%"
        for = "2d"
        """,
    )

    settings = load(path)

    assert settings.monitor.refresh == 90
    account = settings.account[0]
    assert (account.handle, account.name) == ("acme", "Acme Oil")
    studio, business, http, csv = account.source
    assert isinstance(studio, StudioSource)
    assert studio.path == tmp_path / "downloads"
    assert isinstance(business, BusinessSource)
    assert business.access_token == Secret(env="TIKTOK_TOKEN")
    assert business.refresh == 7200
    assert isinstance(http, HttpJsonSource)
    assert http.headers["Accept"] == "application/json"
    hidden = http.headers["Authorization"]
    assert isinstance(hidden, Secret)
    assert hidden.literal is not None
    assert hidden.literal.get_secret_value() == "Bearer abc"
    assert http.metrics["followers"] == "a.b"
    assert http.metrics["bounce_share"] == JsonMetric(path="c", scale="percent")
    assert isinstance(csv, CsvSource)
    assert csv.path == Path("/data/web.csv")
    assert csv.scale == {"website_visits": 0.5}
    assert settings.goal[0].target == 0.15
    assert settings.goal[0].by == date(2026, 12, 31)
    assert settings.alert[0].below == 0.25
    assert settings.alert[0].for_ == 2 * 86400
    assert settings.zone_of("acme") == "Europe/Athens"


def test_five_mistakes_are_told_at_once_with_line_and_key(tmp_path: Path) -> None:
    found = problems(written(tmp_path, FIVE_MISTAKES))

    assert [(one.line, one.key) for one in found] == [
        (2, "monitor: timezone"),
        (10, "account acme, source 1: refrsh"),
        (14, "account acme, source 2: url"),
        (18, "goal 1: account"),
        (23, "goal 2: kpi"),
    ]
    assert [one.message for one in found] == [
        'expected an IANA time zone such as "Europe/Athens" (got "Europe/Athen")',
        "unknown key `refrsh`; did you mean `refresh`?",
        'expected an address such as "https://stats.example/api"',
        "no [[account]] has this handle; did you mean `acme`?",
        "unknown KPI `followrs`; did you mean `followers`?",
    ]


def test_a_problem_reads_as_file_line_key_message(tmp_path: Path) -> None:
    path = written(tmp_path, FIVE_MISTAKES)
    with pytest.raises(ConfigError) as caught:
        load(path)

    lines = caught.value.render().splitlines()

    assert lines[0].startswith(f"{path}:2: monitor: timezone: expected an IANA")
    assert lines[1] == (
        f"{path}:10: account acme, source 1: unknown key `refrsh`; "
        "did you mean `refresh`?"
    )
    assert str(caught.value) == caught.value.render()


def test_paths_without_a_folder_only_lose_their_tilde(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")

    section = StudioSource.model_validate({"type": "tiktok-studio", "path": "~/x"})

    assert section.path == Path("/home/someone/x")


def test_a_literal_secret_needs_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    text = """
    [[account]]
    handle = "acme"
    [[account.source]]
    type = "tiktok-business"
    access_token = "s3cret-value"
    business_id = "x"
    [[account.source]]
    type = "http-json"
    url = "https://stats.example/"
    headers = { X-Api-Key = "s3cret-value" }
    metrics = { likes = "a" }
    """
    path = written(tmp_path, text, mode=0o600)
    settings = load(path)
    assert "s3cret" not in repr(settings)

    path.chmod(0o640)
    found = problems(path)

    assert [one.key for one in found] == [
        "account acme, source 1: access_token",
        "account acme, source 2: headers.X-Api-Key",
    ]
    assert all(f"chmod 600 {path}" in str(one.hint) for one in found)
    assert "s3cret" not in "".join(one.render() for one in found)


@pytest.mark.parametrize(
    "line",
    [
        "access_token = 's3cret-value",
        "acces_token = 's3cret-value'",
        "access_token = { literal = ['s3cret-value'] }",
        "access_token = ['s3cret-value']",
        "refresh = { a = 's3cret-value' }",
        "base_url = 's3cret-value'",
    ],
)
def test_no_error_repeats_a_secret(tmp_path: Path, line: str) -> None:
    text = "[[account]]\nhandle = 'a'\n[[account.source]]\n"
    for source_type in ("", "type = 'tiktok-business'\n", "type = 'what'\n"):
        found = problems(written(tmp_path, text + source_type + line))

        assert "s3cret" not in "".join(one.render() for one in found)


def test_control_characters_of_a_key_are_not_shown(tmp_path: Path) -> None:
    (problem,) = problems(written(tmp_path, '"a\\u001b[31m" = 1\n'))

    assert "[31m" in problem.render()
    assert "\x1b" not in problem.render()


def test_plain_lines_that_are_not_toml_are_told_beside_the_rest(
    tmp_path: Path,
) -> None:
    text = "[[account]]\nhandle = acme\nnaam = 'x'\n[monitor]\nrefresh = 5m\n"

    found = problems(written(tmp_path, text))

    assert [(one.line, one.key) for one in found] == [
        (2, ""),
        (3, "account 1: naam"),
        (5, ""),
    ]
    assert 'text stands in "quotes"' in found[0].message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[monitor\nrefresh = '5m'\n", 1, "not valid TOML"),
        ("a = 1\nb = [1,\n", 2, "a quote or bracket is not closed"),
        ("a = 1\na = 2\n", 2, "not valid TOML: Cannot overwrite a value"),
        ("a = " + "[" * 5000, None, "nested too deeply"),
        ("a = " + "9" * 5000, None, "far too long"),
        ("a = 'x\n\nb = 1\n", 1, "a quote or bracket is not closed"),
        ('a = "x\nb = 1\n', 1, "a quote is not closed"),
        (" \n", None, "is empty"),
    ],
)
def test_text_that_is_not_toml(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    found = problems(written(tmp_path, text))

    assert any(one.line == line and message in one.message for one in found)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "no such file" in problems(tmp_path / "none.toml")[0].message
    assert "is a folder" in problems(tmp_path)[0].message
    assert "bad name" in problems(tmp_path / "a\0b")[0].message
    assert "not a regular file" in problems(Path("/dev/null"))[0].message
    path = tmp_path / "latin.toml"
    path.write_bytes(b"# one\n# d\xe9j\xe0\n")
    assert (problems(path)[0].line, problems(path)[0].message) == (
        2,
        "is not UTF-8 text",
    )
    path.write_bytes(b"#" * 5_000_001)
    assert "larger than 5 MB" in problems(path)[0].message


def test_a_byte_order_mark_and_crlf_are_welcome(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf[monitor]\r\nrefresh = '1m'\r\n")

    assert load(path).monitor.refresh == 60


def test_default_places_follow_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c")
    monkeypatch.setenv("XDG_DATA_HOME", "/d")

    assert default_config_path() == Path("/c/kpi-tui/config.toml")
    assert default_data_path() == Path("/d/kpi-tui/kpi.db")
