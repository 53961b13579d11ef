"""Charts as SVG written by the server: no script, no style attribute, text outside the drawing.

A drawing stretches with its place while its text, in HTML beside it, keeps its size; so a phone shows
the same chart, legible. Colours are classes of the stylesheet. What a drawing says is always also
said in words: bars are hidden from screen readers because their value stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

_HEIGHT = 10


def bar(*layers: tuple[str, float], marks: Sequence[float] = ()) -> Markup:
    """A horizontal bar.

    Args:
        layers: class and length of each, as a part of the whole width (0 to 1), drawn in order.
        marks: places of vertical lines, as parts of the width.
    """
    drawn = [f'<rect class="track" width="100" height="{_HEIGHT}"/>']
    drawn += [
        f'<rect class="{escape(name)}" width="{_percent(length)}" height="{_HEIGHT}"/>'
        for name, length in layers
        if length > 0
    ]
    drawn += [
        f'<line class="mark" x1="{_percent(at)}" x2="{_percent(at)}" y1="-2" y2="{_HEIGHT + 2}"/>'
        for at in marks
    ]
    return Markup(
        f'<svg class="bar" viewBox="0 0 100 {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false">{"".join(drawn)}</svg>'
    )


def columns(
    values: Sequence[float],
    title: str,
    description: str,
    limit: float | None = None,
    scale: float = 0,
) -> Markup:
    """Vertical columns side by side, those above `limit` told apart, `limit` as a line.

    Args:
        values: heights, in any one unit; scaled to the highest, or to `limit` or `scale` when it is higher.
        title: what the chart is, for screen readers.
        description: what it says, for screen readers.
        limit: height of the line; None draws none.
        scale: the highest of all charts that are to be compared.
    """
    top = max([*values, limit or 0, scale]) * 1.08 or 1
    width = 100 / max(len(values), 1)
    drawn = []
    for position, value in enumerate(values):
        height = value / top * 100
        name = "over" if limit is not None and value > limit else "fill"
        drawn.append(
            f'<rect class="{name}" x="{position * width + width * 0.14:.2f}" y="{100 - height:.2f}"'
            f' width="{width * 0.72:.2f}" height="{height:.2f}"/>'
        )
    if limit is not None:
        at = 100 - limit / top * 100
        drawn.append(f'<line class="mark" x1="0" x2="100" y1="{at:.2f}" y2="{at:.2f}"/>')
    return Markup(
        '<svg class="columns" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" focusable="false">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


def _percent(part: float) -> str:
    return f"{min(max(part, 0), 1) * 100:.2f}".rstrip("0").rstrip(".")
