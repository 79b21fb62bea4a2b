"""The config's sections for TikTok's own APIs: which app, which account, which token.

Knows no address to sign in at but the platform's defaults, and no way of signing in.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from kpi_tui.config.fields import Line, Required, SecureUrl, Url, Zone, fault
from kpi_tui.config.section import Secret, SourceSection


class DisplaySource(SourceSection):
    """TikTok's Display API for one's own account; signed in with ``kpi-tui auth``."""

    type: Literal["tiktok-display"]
    client_key: Required
    """Of the app, at developers.tiktok.com."""
    client_secret: Secret
    base_url: SecureUrl = "https://open.tiktokapis.com"
    authorize_url: SecureUrl = "https://www.tiktok.com/v2/auth/authorize/"
    """The page that asks for consent."""
    redirect_uri: Url | None = None
    """As registered for the app; ``http://127.0.0.1:PORT/callback/`` with a free port
    when absent."""


class AppSource(SourceSection):
    """What sections have that take a finished token, or an app to sign in with."""

    access_token: Secret | None = None
    """Instead of signing in; it is not refreshed."""
    app_id: Required | None = None
    """Of the app, for ``kpi-tui auth``."""
    app_secret: Secret | None = None
    """Of the app, for ``kpi-tui auth``."""
    redirect_uri: Url | None = None
    """As registered for the app; ``http://127.0.0.1:PORT/callback/`` with a free port
    when absent."""

    @property
    def is_signed_in(self) -> bool:
        """Whether the token comes from ``kpi-tui auth`` and not from the config."""
        return self.access_token is None

    @model_validator(mode="after")
    def _one_way_in(self) -> "AppSource":
        app = (self.app_id, self.app_secret)
        if self.access_token is not None:
            if any(app):
                raise fault("expected access_token, or app_id and app_secret; not both")
        elif not all(app):
            raise fault(
                "expected access_token, or app_id and app_secret",
                "with an app, sign in by: kpi-tui auth",
            )
        return self


class BusinessSource(AppSource):
    """TikTok's API for Business, the account's own insights."""

    type: Literal["tiktok-business"]
    business_id: Required | None = None
    """The account's ``open_id``; signing in brings it."""
    category: Line | None = None
    """For the industry's averages, such as ``FOOD_AND_BEVERAGE``; the account's
    ``industry`` when absent."""
    base_url: SecureUrl = "https://business-api.tiktok.com/open_api/v1.3"
    authorize_url: SecureUrl = "https://www.tiktok.com/v2/auth/authorize"
    """The page that asks for consent."""

    @model_validator(mode="after")
    def _whose_token(self) -> "BusinessSource":
        if self.access_token is not None and self.business_id is None:
            raise fault("access_token needs business_id, the account's open_id")
        return self


class AdsSource(AppSource):
    """TikTok's Marketing API, an advertiser's reports."""

    type: Literal["tiktok-ads"]
    advertiser_id: Line = ""
    """As in Ads Manager; when empty, the one chosen at ``kpi-tui auth``."""
    timezone: Zone | None = None
    """IANA zone of the advertiser, in which its days are cut; the account's when
    absent."""
    base_url: SecureUrl = "https://business-api.tiktok.com/open_api/v1.3"
    authorize_url: SecureUrl = "https://business-api.tiktok.com/portal/auth"
    """The page that asks for consent."""

    @model_validator(mode="after")
    def _whose_token(self) -> "AdsSource":
        if self.access_token is not None and not self.advertiser_id:
            raise fault("access_token needs advertiser_id, as in Ads Manager")
        return self


def _eligible(value: object) -> object:
    if value is not True:
        raise fault(
            "TikTok gives its Research API to academic and non-profit researchers "
            "only; creators, advertisers and commercial users are not eligible",
            "write eligible = true only if TikTok has approved your research; "
            "for competitors use http-json or manual otherwise",
        )
    return value


class ResearchSource(SourceSection):
    """TikTok's Research API: anybody's public numbers, for approved researchers only."""

    type: Literal["tiktok-research"]
    client_key: Required
    """Of the approved project."""
    client_secret: Secret
    username: Required
    """Whose public numbers; as in the profile's address."""
    eligible: Annotated[Literal[True], BeforeValidator(_eligible)] = Field(
        default=None, validate_default=True
    )
    """``true`` says that TikTok approved this research: academic or non-profit.
    Creators, advertisers and commercial users are not eligible."""
    base_url: SecureUrl = "https://open.tiktokapis.com"
