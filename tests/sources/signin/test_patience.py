"""A sign-in that is of no more use is not asked for over and over."""

import pytest

from kpi_tui.sources.business_calls import Fields
from kpi_tui.sources.business_codes import BusinessError, opened
from kpi_tui.sources.signin.tokens import ConsentError
from tests.servers.oauth import OAuth
from tests.sources.signin.scene import Scene

DAY = 86_400.0


async def test_a_dead_sign_in_is_tried_again_four_times_a_day(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in(age=2 * DAY)
    oauth.grants.clear()
    keeper = scene.keeper()
    for _ in range(8 * 24):  # two days, every quarter of an hour
        with pytest.raises(ConsentError) as caught:
            await keeper.access_token()
        assert "does not accept the sign-in" in caught.value.message
        assert caught.value.hint == "kpi-tui auth acme/tiktok-display"
        scene.now += 900
    assert 7 <= len(oauth.requests) <= 8


async def test_whoever_signed_in_again_is_believed_at_once(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in(age=0.9 * DAY)
    oauth.grants.clear()
    keeper = scene.keeper()
    await keeper.access_token()
    assert keeper.notes(scene.now)
    grant = scene.signed_in()
    assert await keeper.access_token() == grant.access
    # Else the screen would ask for a sign-in for most of another day.
    assert keeper.notes(scene.now) == ()
    scene.now += 0.9 * DAY
    assert await keeper.access_token() == grant.access
    assert oauth.refreshes == 1


class _Refusing:
    """Refuses the fullest fields, as :class:`Session` passes it on."""

    async def get(self, path, fields, params, scope):
        if "more" not in fields:
            return {}
        try:
            return opened({"code": 40130, "message": "No"}, scope, ())
        except BusinessError as error:
            error.hint = "kpi-tui auth acme/tiktok-business"
            raise


async def test_numbers_left_out_for_a_scope_come_with_the_command() -> None:
    fields = Fields("/", "user.insights", (("more", "less"), ("less",)))
    await fields.get(_Refusing(), {})
    assert fields.refusal == (
        "Some numbers are left out: TikTok says that the scope user.insights is "
        "missing (40130): kpi-tui auth acme/tiktok-business."
    )
