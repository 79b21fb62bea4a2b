"""One case for every kind of mistake: its key and what is said."""

from pathlib import Path

import pytest

from kpi_tui.config.load import load
from tests.config.files import problems, written

# The key as it is told, the config, and a part of what is told.
WRONG = [
    ("account 1: handle", "[[account]]\nname = 'x'", "required, but missing"),
    ("account a b: handle", "[[account]]\nhandle = 'a b'", 'expected a TikTok handle'),
    ("account 1: handle", "[[account]]\nhandle = 5", 'expected text in "quotes" (got 5)'),
    ("account", "[account]\nhandle = 'a'", "expected [[account]] in double brackets"),
    ("monitor", "monitor = 5", "expected a table"),
    ("monitor: refresh", "[monitor]\nrefresh = '5 minutes'", '"5m"'),
    ("monitor: refresh", "[monitor]\nrefresh = true", "(got true)"),
    ("monitor: refresh", "[monitor]\nrefresh = 5.0", "(got 5.0)"),
    ("monitor: refresh", "[monitor]\nrefresh = '0s'", 'between "1s" and "7d"'),
    ("akkount", "[[akkount]]\nhandle = 'a'", "unknown section `akkount`; did you mean `account`?"),
    ("zzz", "zzz = 1", "unknown section `zzz`"),
    ("goal 1: target", "[[goal]]\nkpi = 'followers'\ntarget = '1,5'", "expected a number"),
    ("goal 1: target", "[[goal]]\nkpi = 'followers'\ntarget = nan", "expected a number"),
    ("goal 1: target", "[[goal]]\nkpi = 'followers'\ntarget = '5%'", "is not a percentage"),
    ("goal 1: target", "[[goal]]\nkpi = 'like_rate'\ntarget = 15", 'write "15%"'),
    ("goal 1: by", "[[goal]]\nkpi = 'followers'\ntarget = 5\nby = 7", "expected a date"),
    ("goal 1: by", "[[goal]]\nkpi = 'followers'\ntarget = 5\nby = 2026-01-01T00:00:00Z", "expected a date"),
    ("goal 2: kpi", "[[goal]]\nkpi = 'followers'\ntarget = 5\n" * 2, "goal 1 is for the same KPI"),
    ("goal 1", "[[goal]]\nkpi = 'followers'", "exactly one of target, growth"),
    ("goal 1", "[[goal]]\nkpi = 'reach'\ntarget = 5\ngrowth = '+5% per week'", "exactly one of target, growth"),
    ("goal 1", "[[goal]]\nkpi = 'reach'\ngrowth = '+5%'", "a growth needs `by`"),
    ("goal 1", "[[goal]]\nkpi = 'reach'\ntarget = 5\nby = 2026-03-01\nstart = 2026-03-01", "`start` must be before `by`"),
    ("goal 1: growth", "[[goal]]\nkpi = 'reach'\ngrowth = 'a lot'", '"+10% per quarter"'),
    ("goal 1: growth", "[[goal]]\nkpi = 'reach'\ngrowth = '+10 per quarter'", '(got "+10 per quarter")'),
    ("goal 1: growth", "[[goal]]\nkpi = 'reach'\ngrowth = 0.1", '(got 0.1)'),
    ("goal 1: growth", "[[goal]]\nkpi = 'reach'\ngrowth = '0% per week'", "not none"),
    ("goal 1: growth", "[[goal]]\nkpi = 'reach'\ngrowth = '-100% per year'", "nothing shrinks"),
    ("goal 1: growht", "[[goal]]\nkpi = 'reach'\ntarget = 5\ngrowht = '+1%'", "did you mean `growth`?"),
    ("theme 1: match", "[[theme]]\nname = 'x'\nmatch = 'y'", 'a list such as'),
    ("theme 1: match", "[[theme]]\nname = 'x'\nmatch = []", "must not be empty"),
    ("theme 1: name", "[[theme]]\nname = ''\nmatch = ['y']", "must not be empty"),
    ("alert 1", "[[alert]]\nkpi = 'followers'", "exactly one of below, above"),
    ("alert 1: for", "[[alert]]\nkpi = 'followers'\nabove = 3\nfor = 2", "expected a time"),
    ("competitor a: handle", "[[account]]\nhandle = 'A'\n[[competitor]]\nhandle = '@a'", "the same handle as account 1"),
    ("goal 1: account", "[[competitor]]\nhandle = 'r'\n[[goal]]\naccount = 'r'\nkpi = 'followers'\ntarget = 5", "is a competitor"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "message"), WRONG)
def test_each_kind_of_mistake(
    tmp_path: Path, key: str, text: str, message: str
) -> None:
    (problem,) = problems(written(tmp_path, text))

    assert problem.key == key
    assert message in problem.message


JSON = "type = 'http-json'\nurl = 'http://x/'\n"
BUSINESS = "type = 'tiktok-business'\nbusiness_id = 'x'\n"
ADS = "type = 'tiktok-ads'\n"
RESEARCH = "type = 'tiktok-research'\nclient_key = 'k'\nclient_secret = {env='S'}\nusername = 'x'\n"
APP = "app_id = '7'\napp_secret = {env='S'}\n"
CSV = "type = 'csv'\npath = 'x'\ndate = 'D'\nmetrics.likes = 'L'\n"

# The same for one source of an account.
WRONG_SOURCES = [
    ("type", "path = 'x'", "required, but missing"),
    ("type", "type = 'tiktok-studo'", 'did you mean "tiktok-studio"?'),
    ("type", "type = 'ga4'", '"ga4" is not in this version yet'),
    ("type", "type = 'tiktok-ad'", 'did you mean "tiktok-ads"?'),
    ("type", "type = 'plausibel'", 'did you mean "plausible" (not in this version yet)?'),
    ("path", "type = 'tiktok-studio'", "required, but missing"),
    ("path", "type = 'tiktok-studio'\npath = ''", "expected a path"),
    ("path", "type = 'tiktok-studio'\npath = '~nobody-here-9/x'", "no home folder"),
    ("seed", "type = 'demo'\nseed = '7'", "expected a whole number"),
    ("seed", "type = 'demo'\nseed = -7", "from 0 to"),
    ("url", "type = 'http-json'\nurl = 'ftp://x/'\nmetrics = {likes = 'a'}", "expected an address"),
    ("url", "type = 'http-json'\nurl = 'http://u:p@x/'\nmetrics = {likes = 'a'}", "user or password"),
    ("videos.id", JSON + "videos = {path='a', posted_at='t'}", "missing"),
    ("videos.viewz", JSON + "videos = {path='a', id='i', posted_at='t', viewz='v'}", "did you mean `views`?"),
    ("videos.views", JSON + "videos = {path='a', id='i', posted_at='t', views='a..b'}", "expected a JMESPath"),
    ("videos.views.scal", JSON + "videos = {path='a', id='i', posted_at='t', views={path='v', scal=2}}", "did you mean `scale`?"),
    ("params.token.envv", JSON + "metrics.likes = 'a'\nparams.token = {envv='A'}", "did you mean `env`?"),
    ("metrics.likes", JSON + "metrics.likes = 'a..b'", "expected a JMESPath"),
    ("metrics.likes", JSON + "metrics.likes = 4", "expected a JMESPath, or {"),
    ("metrics.likes.scal", JSON + "metrics.likes = {path='a', scal=2}", "did you mean `scale`?"),
    ("metrics.likes.scale", JSON + "metrics.likes = {path='a', scale='pc'}", '"percent", "fraction" or a number'),
    ("metrics.My Likes", JSON + "metrics.'My Likes' = 'a'", "expected a metric id"),
    ("headers.X", JSON + "metrics.likes = 'a'\nheaders.X = 5", 'expected text or { env'),
    ("headers.X", JSON + "metrics.likes = 'a'\nheaders.X = {env='A', file='b'}", "exactly one of"),
    ("headers.X.envv", JSON + "metrics.likes = 'a'\nheaders.X = {envv='A'}", "did you mean `env`?"),
    ("access_token", BUSINESS + "access_token = 5", 'expected { env = "NAME" }'),
    ("access_token", BUSINESS + "access_token = {}", "exactly one of"),
    ("access_token.env", BUSINESS + "access_token = {env=''}", "must not be empty"),
    ("access_token.command", BUSINESS + "access_token = {command='pass'}", "a list such as"),
    ("access_token.keyring", BUSINESS + "access_token = {keyring='pass'}", '"service/user"'),
    ("base_url", BUSINESS + "access_token = {env='A'}\nbase_url='http://x/'", "expected https"),
    ("client_key", "type = 'tiktok-display'\nclient_secret = {env='S'}", "required, but missing"),
    ("client_secret", "type = 'tiktok-display'\nclient_key = 'k'", "required, but missing"),
    ("redirect_uri", BUSINESS + APP + "redirect_uri = 'app:cb'", "expected an address"),
    ("eligible", RESEARCH, "academic and non-profit researchers only"),
    ("eligible", RESEARCH + "eligible = false", "are not eligible"),
    ("eligible", RESEARCH + "eligible = 'true'", "are not eligible"),
    ("date_format", CSV + "date_format = 'dd'", "expected a date format"),
    ("delimiter", CSV + "delimiter = '::'", "expected one character"),
    ("scale.likes", CSV + "scale.likes = true", '"percent", "fraction" or a number'),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "message"), WRONG_SOURCES)
def test_each_kind_of_mistake_in_a_source(
    tmp_path: Path, key: str, text: str, message: str
) -> None:
    whole = f"[[account]]\nhandle = 'acme'\n[[account.source]]\n{text}\n"

    (problem,) = problems(written(tmp_path, whole))

    assert problem.key == f"account acme, source 1: {key}"
    assert message in problem.message


# The same where it is the source as a whole that is wrong.
WRONG_WAYS_IN = [
    (JSON, "expected `metrics`, or `videos`"),
    (JSON + "metrics = {}", "expected `metrics`, or `videos`"),
    (BUSINESS, "expected access_token, or app_id and app_secret"),
    (BUSINESS + "app_id = '7'", "expected access_token, or app_id and app_secret"),
    (BUSINESS + APP + "access_token = {env='A'}", "not both"),
    ("type = 'tiktok-business'\naccess_token = {env='A'}", "access_token needs business_id"),
    (ADS, "expected access_token, or app_id and app_secret"),
    (ADS + "access_token = {env='A'}", "access_token needs advertiser_id"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG_WAYS_IN)
def test_a_source_is_signed_in_in_exactly_one_way(
    tmp_path: Path, text: str, message: str
) -> None:
    whole = f"[[account]]\nhandle = 'acme'\n[[account.source]]\n{text}\n"

    (problem,) = problems(written(tmp_path, whole))

    assert (problem.key, problem.line) == ("account acme, source 1", 3)
    assert message in problem.message


GOOD_WAYS_IN = [
    BUSINESS + APP,
    "type = 'tiktok-business'\n" + APP,
    ADS + APP,
    ADS + "access_token = {env='A'}\nadvertiser_id = '7'",
    "type = 'tiktok-display'\nclient_key = 'k'\nclient_secret = {env='S'}",
    RESEARCH + "eligible = true",
]


@pytest.mark.parametrize("text", GOOD_WAYS_IN)
def test_each_way_of_signing_in_loads(tmp_path: Path, text: str) -> None:
    whole = f"[[account]]\nhandle = 'acme'\n[[account.source]]\n{text}\n"

    assert load(written(tmp_path, whole)).account[0].source[0].type in text


def test_two_accounts_may_not_watch_the_same_folder(tmp_path: Path) -> None:
    source = "[[account.source]]\ntype = 'tiktok-studio'\npath = '/d{}'\n"
    text = "[[account]]\nhandle = 'a'\n" + source.format("/")
    text += "[[account]]\nhandle = 'b'\n" + source.format("")

    (problem,) = problems(written(tmp_path, text))

    assert (problem.line, problem.key) == (10, "account b, source 1: path")
    assert "the same folder as account 1, source 1" in problem.message
