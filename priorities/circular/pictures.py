"""The drawings of a report as pictures for Word: SVG with literal colours, then PNG.

Only the characters of ``WORDS`` are in the font that draws them; names stand in the text around a
picture. Every mark has a shape or a filling of its own, for a print without colour.
"""

from dataclasses import dataclass
from pathlib import Path

import resvg_py

from ..drawings.pen import box, element, path, rect, text
from ..lights import KINDS, Light
from ..palette import LOOKS
from ..periods import chinese_number
from .document import Facts

FONT = Path(__file__).resolve().parent / "fonts" / "figures.otf"
WORDS = " 0123456789.%—一二三四五六七八九十滞后预警正常待核办结未启动分派中止完成进度序时本上期"
FONT_FAMILY = "Noto Sans CJK SC"

WIDTH = 156.0
"""Millimetres, as everything here: the width of the text on the page (GB/T 9704-2012)."""

PIXELS_PER_MM = 10
"""254 dots per inch."""

SVG = "http://www.w3.org/2000/svg"
EDGE = 0.4
INK, QUIET, LINE = "#1e1b17", "#5c5448", "#c9c0b0"


@dataclass(frozen=True)
class Picture:
    """A PNG with its size on paper in millimetres, and what it shows in words."""

    png: bytes
    width: float
    height: float
    words: str


def picture_of(key: str, facts: Facts) -> Picture:
    """The picture whose place in the text is the passage of that key."""
    return {"overview.before": _lights, "overview.progress": _progress}[key](facts)


def _lights(facts: Facts) -> Picture:
    """How many actions have each light: the last report hollow, this one filled."""
    height, base, top = 52.0, 43.0, 11.0
    pairs = [(kind, facts.before.counts[kind], facts.counts[kind]) for kind in KINDS]
    scale = (base - top) / max(1, *(max(pair[1:]) for pair in pairs))
    step = WIDTH / len(pairs)
    parts = [*_legend(WIDTH - 46), _line(0, base, WIDTH, base, INK)]
    for place, (kind, before, now) in enumerate(pairs):
        middle = step * (place + 0.5)
        parts += _pair(middle, base, scale, before, now, _filling(kind))
        parts.append(_text(middle, base + 6, facts.words[kind], size=4, anchor="middle"))
    told = "；".join(
        f"{facts.words[kind]}上期{before}项、本期{now}项" for kind, before, now in pairs
    )
    return _picture(parts, height, f"柱状图，上期（{facts.before.label}）与本期亮灯数量：{told}。")


def _filling(kind: str) -> str:
    """Green is the darker one here, because the paler is that of what nobody has confirmed."""
    return LOOKS[kind].words if kind == Light.GREEN else LOOKS[kind].fill


def _pair(
    middle: float, base: float, scale: float, before: int, now: int, colour: str
) -> list[str]:
    wide, parts = 5.5, []
    for left, count, fill in (
        (middle - wide - 0.4, before, "#ffffff"),
        (middle + 0.4, now, colour),
    ):
        tall = count * scale
        if count:
            parts.append(_box(left, base - tall, wide, tall, fill, stroke=colour))
        label = str(count) if count else "—"
        parts.append(_text(left + wide / 2, base - tall - 1.4, label, size=3.8, anchor="middle"))
    return parts


def _legend(left: float) -> list[str]:
    return [
        _box(left, 1, 4, 4, "#ffffff", stroke=INK),
        _text(left + 5.5, 4.4, "上期", size=4),
        _box(left + 22, 1, 4, 4, INK, stroke=INK),
        _text(left + 27.5, 4.4, "本期", size=4),
    ]


def _progress(facts: Facts) -> Picture:
    """Per priority the mean percent as a bar, and the time gone as a mark across it."""
    lines = facts.priorities
    row = max(2.6, min(7.0, 130 / max(1, len(lines))))
    size, top, left, full = min(4.0, row * 0.62), 9.0, 14.0, 100.0
    height = top + row * len(lines) + 1
    parts = _progress_legend(left, full)
    for place, line in enumerate(lines):
        y = top + row * place
        middle, ends = y + row / 2 + size * 0.36, left + full
        parts += [
            _text(left - 2, middle, chinese_number(line.number), size=size, anchor="end"),
            _box(left, y + row * 0.2, full, row * 0.6, "#f2ede2"),
            _box(left, y + row * 0.2, full * line.percent / 100, row * 0.6, QUIET),
            *_mark(left + full * line.elapsed / 100, y + row * 0.05, row * 0.9),
            _text(ends + 14, middle, f"{line.percent}%", size=size, anchor="end"),
            _text(ends + 34, middle, f"{line.elapsed}%", size=size, anchor="end"),
        ]
    told = "；".join(f"{p.title}完成{p.percent}%，序时{p.elapsed}%" for p in lines)
    return _picture(parts, height, f"条形图，各项重点工作的平均完成与序时进度：{told}。")


def _progress_legend(left: float, full: float) -> list[str]:
    ends = left + full
    return [
        _box(left, 1.4, 5, 3, QUIET),
        _text(left + 6.5, 4.4, "完成进度", size=4),
        *_mark(left + 34, 0.7, 4.4),
        _text(left + 37, 4.4, "序时进度", size=4),
        _text(ends + 14, 4.4, "完成", size=4, anchor="end"),
        _text(ends + 34, 4.4, "序时", size=4, anchor="end"),
    ]


def _mark(x: float, y: float, tall: float) -> list[str]:
    """A black stroke on a white one, to be seen on the bar and beside it."""
    return [_box(x - 0.6, y, 1.2, tall, "#ffffff"), _box(x - 0.3, y, 0.6, tall, "#000000")]


def _box(x: float, y: float, w: float, h: float, fill: str, *, stroke: str = "") -> str:
    return rect(x, y, w, h, fill=fill, stroke=stroke, stroke_width=EDGE if stroke else None)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return path("M{} {}L{} {}", x1, y1, x2, y2, stroke=colour, stroke_width=EDGE)


def _text(x: float, y: float, words: str, *, size: float, anchor: str = "start") -> str:
    kept = "".join(c for c in words if c in WORDS)
    return text(x, y, kept, anchor=anchor, font_size=size, fill=INK)


def _picture(parts: list[str], height: float, words: str) -> Picture:
    size = {"width": WIDTH, "height": height, "box": box(WIDTH, height)}
    svg = element("svg", *parts, xmlns=SVG, **size, font_family=FONT_FAMILY)
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=PIXELS_PER_MM,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family=FONT_FAMILY,
    )
    return Picture(bytes(png), WIDTH, height, words)
