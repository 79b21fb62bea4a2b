"""What the Content tab says about its two lists. Pure."""

from collections.abc import Sequence

from kpi_tui.app.panes.groups import PART_TITLES, Part
from kpi_tui.app.panes.videos import Order
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, wrap
from kpi_tui.app.widgets.table import MAX_ROWS
from kpi_tui.kpi.content import VideoRow


def title_parts(
    videos: Sequence[VideoRow], count: int, order: Order, *, is_low: bool
) -> list[Line]:
    """How many of them are listed, in which order, and which break out."""
    number = f"{count} of {len(videos)}" if count < len(videos) else f"{len(videos)}"
    parts: list[Line] = [(("Videos ", "bold"), (f"{number} · {order.words}", MUTED))]
    rising = sum(video.breakout is not None for video in videos)
    if rising:
        parts.append(((" · ", MUTED), (f"{rising} breaking out", "$success")))
    if count > MAX_ROWS:
        parts.append(((f" · the first {MAX_ROWS} are listed", MUTED),))
    if is_low:
        parts.append(((" · g for themes and posting times", MUTED),))
    return parts


def nothing(videos: Sequence[VideoRow], word: str, width: int) -> tuple[Line, ...]:
    """Why no video is listed, and what to do about it."""
    if word and videos:
        return (((f"No caption has “{word}”. Escape shows all videos.", ""),),)
    then = (
        "Videos come with TikTok Studio's Content download and from TikTok's APIs; "
        "the Sources tab says how each source is doing."
    )
    return (
        (("No source has reported a video yet.", ""),),
        *(((row, MUTED),) for row in wrap(then, width)),
    )


def parts_line(parts: Sequence[Part], seen: Part) -> Line:
    """The groupings, the one that is seen bright."""
    pieces: list[tuple[str, str]] = []
    for part in parts:
        pieces.append((PART_TITLES[part], "bold" if part == seen else MUTED))
        pieces.append(("   ", ""))
    return (*pieces, ("g next", MUTED))
