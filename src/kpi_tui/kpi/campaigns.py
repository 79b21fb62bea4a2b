"""What each ads campaign cost and brought over a window.

Knows sums of days; not where they are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign of an advertiser, over the window of the account's spend."""

    id: str
    name: str
    """As in Ads Manager; empty where TikTok did not tell it."""
    sums: Mapping[str, float] = field(default_factory=dict)
    """Metric id (``spend``, ``clicks``, …) to its sum; absent: not measured."""

    @property
    def label(self) -> str:
        """Its name, else its number."""
        return self.name or self.id

    @property
    def cost_per_conversion(self) -> float | None:
        """Spend per conversion that TikTok counts."""
        return self._quotient("spend", "ad_conversions")

    @property
    def click_through_rate(self) -> float | None:
        """Clicks per impression."""
        return self._quotient("clicks", "impressions")

    @property
    def roas(self) -> float | None:
        """Attributed revenue per money spent."""
        return self._quotient("ad_revenue", "spend")

    def _quotient(self, top: str, bottom: str) -> float | None:
        above, below = self.sums.get(top), self.sums.get(bottom)
        return None if above is None or not below else above / below


def by_spend(campaigns: Iterable[Campaign]) -> tuple[Campaign, ...]:
    """Those that did anything, the dearest first."""
    active = [one for one in campaigns if any(one.sums.values())]
    return tuple(sorted(active, key=lambda one: (-one.sums.get("spend", 0.0), one.id)))
