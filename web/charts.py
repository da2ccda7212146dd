"""Charts as bare SVG: no style, no script, coloured by our classes, with a data table beside."""

import sys
from collections.abc import Sequence
from typing import Any

import pygal
from markupsafe import Markup
from pygal.config import Config

# pygal puts an importer of the old kind on the path, which breaks whoever asks all of them (pytest
# does); we use none of its plug-ins.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

#: Geometry and class only; whatever a content-security policy would refuse is dropped.
KEEP = frozenset(
    [
        "viewBox",
        "class",
        "d",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "width",
        "height",
        "points",
        "transform",
        "text-anchor",
        "preserveAspectRatio",
    ]
)
WIDTH, HEIGHT = 376, 170


def _bare(root: Any, label: str) -> Any:
    for parent in list(root.iter()):
        for child in list(parent):
            dropped = not isinstance(child.tag, str) or child.tag in {"defs", "desc", "title"}
            if dropped or "overlay" in child.get("class", ""):
                parent.remove(child)
        kept = {key: value for key, value in parent.attrib.items() if key in KEEP}
        parent.attrib.clear()
        parent.attrib.update(kept)
    root.set("role", "img")
    root.set("aria-label", label)
    root.set("class", "pygal")
    return root


def _config(top: float, **more: Any) -> Config:
    step = _step(top)
    marks = [n * step for n in range(int(top // step) + 2)]
    return Config(
        js=[],
        css=[],
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        title=None,
        width=WIDTH,
        height=HEIGHT,
        explicit_size=False,
        margin=4,
        y_labels=[{"value": n, "label": f"{n:,.0f}"} for n in marks],
        range=(0, marks[-1]),
        no_data_text="",
        print_values=False,
        **more,
    )


def _step(top: float) -> float:
    """Return a round distance of grid lines that gives about three of them."""
    step = 1.0
    while top / step > 4:
        step *= 2.5 if str(step)[0] == "2" else 2
    return step


def _drawn(chart: Any, label: str) -> Markup:
    chart.add_xml_filter(lambda root: _bare(root, label))
    return Markup(chart.render(is_unicode=True))  # nosec B704  # noqa: S704 - our own SVG, cleaned above


def stacked(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], label: str
) -> Markup:
    """Return stacked bars; the n-th series has the class serie-n."""
    top = max((sum(column) for column in zip(*(s for _, s in series), strict=True)), default=1) or 1
    chart = pygal.StackedBar(_config(top))
    chart.x_labels = list(labels)
    for name, values in series:
        chart.add(name, list(values))
    return _drawn(chart, label)


def bars(labels: Sequence[str], values: Sequence[float], label: str) -> Markup:
    """Return horizontal bars."""
    chart = pygal.HorizontalBar(_config(max(values, default=1) or 1))
    chart.x_labels = list(labels)
    chart.add("", list(values))
    return _drawn(chart, label)


def line(labels: Sequence[str], values: Sequence[float | None], label: str) -> Markup:
    """Return a line."""
    chart = pygal.Line(_config(max((v for v in values if v is not None), default=1) or 1))
    chart.x_labels = list(labels)
    chart.add("", list(values))
    return _drawn(chart, label)
