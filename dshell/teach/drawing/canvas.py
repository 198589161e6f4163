"""Pictures as SVG, and a page of HTML around one. Every text from outside is disarmed and escaped here.

No script, no font and no address from elsewhere: a picture can be opened, printed and sent as it is. It has its own
colours for light and for dark.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from dshell.disarm import visible
from dshell.pattern import pattern
from dshell.teach.drawing.cells import cut

LETTER = 7.85  # pixels that one column takes, in the widest of the usual monospaced fonts
SIZE = 13

_NO_XML = pattern("[\ufffe\uffff]")  # besides controls, what no XML may hold

STYLE = f"""\
svg{{font:{SIZE}px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:#fff}}
.page{{fill:#fff}}text{{fill:#1b2733}}.dim{{fill:#56687a}}.head{{font-weight:700}}
.box{{fill:#f3f6f9;stroke:#6b7f92}}.live{{fill:#e6f5ea;stroke:#2f8a4b}}.sunk{{fill:#fdeceb;stroke:#c0453c}}
.held{{fill:#fdf3dc;stroke:#9a6b0f}}
.spare{{fill:#fff;stroke:#8b9aa8;stroke-dasharray:4 3}}.way{{fill:none;stroke:#6b7f92;stroke-width:1.3}}
.tip{{fill:#6b7f92}}.lane{{stroke:#b9c5d0;stroke-dasharray:3 4}}.bad{{fill:#b3362d}}.good{{fill:#23733c}}
@media (prefers-color-scheme:dark){{
svg{{background:#12181e}}.page{{fill:#12181e}}text{{fill:#e3eaf0}}.dim{{fill:#9fb0bf}}
.box{{fill:#1d2731;stroke:#7d92a5}}.live{{fill:#14311d;stroke:#58b574}}.sunk{{fill:#3a1a18;stroke:#e0776f}}
.held{{fill:#352a10;stroke:#d9a441}}
.spare{{fill:#12181e;stroke:#6f8191}}.way{{stroke:#8ea3b5}}.tip{{fill:#8ea3b5}}.lane{{stroke:#3d4d5b}}
.bad{{fill:#ff9a92}}.good{{fill:#7fd79a}}}}
"""

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body{{margin:1.5rem auto;padding:0 1rem;max-width:70rem;font:16px/1.5 system-ui,sans-serif;
color:#1b2733;background:#fff}}
h1{{font-size:clamp(1.2rem,4vw,2rem);overflow-wrap:anywhere}}
figure{{margin:0;overflow-x:auto}}@media (min-width:56rem){{figure svg{{max-width:100%;height:auto}}}}
li{{margin:.3rem 0;overflow-wrap:anywhere}}
@media (prefers-color-scheme:dark){{body{{color:#e3eaf0;background:#12181e}}}}
</style>
</head>
<body>
<h1>{title}</h1>
<figure>
{picture}</figure>
<ul>
{items}
</ul>
</body>
</html>
"""


def safe(text: str) -> str:
    """``text`` as it may stand in SVG and HTML, between tags or in an attribute."""
    return escape(_NO_XML.sub("\ufffd", visible(text)), quote=True)


class Point(NamedTuple):
    """Pixels from the left and from the top."""

    x: float
    y: float


class Canvas:
    """A picture that grows. ``title`` and ``words`` are what a screen reader says of it."""

    def __init__(self, title: str, words: Sequence[str]) -> None:
        self._title = title
        self._words = words
        self._parts: list[str] = []

    def box(self, at: Point, size: Point, look: str = "box") -> None:
        place = f'x="{at.x:g}" y="{at.y:g}" width="{size.x:g}" height="{size.y:g}"'
        self._parts.append(f'<rect class="{look}" {place} rx="5"/>')

    def text(self, at: Point, text: str, look: str = "", *, room: float = 0, middle: bool = False) -> None:
        """``room``: pixels that it may take; what is cut off can be seen by pointing at it."""
        shown = cut(visible(text), int(room / LETTER)) if room else visible(text)
        whole = f"<title>{safe(text)}</title>" if shown != visible(text) else ""
        attributes = (f' class="{look}"' if look else "") + (' text-anchor="middle"' if middle else "")
        self._parts.append(f'<text x="{at.x:g}" y="{at.y:g}"{attributes}>{safe(shown)}{whole}</text>')

    def curve(self, start: Point, end: Point) -> None:
        bend = (start.x + end.x) / 2
        path = f"M{start.x:g} {start.y:g}C{bend:g} {start.y:g} {bend:g} {end.y:g} {end.x:g} {end.y:g}"
        self._parts.append(f'<path class="way" d="{path}"/>')

    def line(self, start: Point, end: Point, look: str = "way") -> None:
        self._parts.append(f'<line class="{look}" x1="{start.x:g}" y1="{start.y:g}" x2="{end.x:g}" y2="{end.y:g}"/>')

    def tip(self, at: Point, *, right: bool) -> None:
        """The head of an arrow."""
        back = at.x - 8 if right else at.x + 8
        self._parts.append(f'<path class="tip" d="M{at.x:g} {at.y:g}L{back:g} {at.y - 4:g}L{back:g} {at.y + 4:g}z"/>')

    def dot(self, at: Point) -> None:
        self._parts.append(f'<circle class="tip" cx="{at.x:g}" cy="{at.y:g}" r="4"/>')

    def svg(self, size: Point) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.x:g} {size.y:g}" '
            f'width="{size.x:g}" height="{size.y:g}" role="img" aria-labelledby="title words">'
        )
        told = f'<title id="title">{safe(self._title)}</title>\n<desc id="words">{safe(" ".join(self._words))}</desc>'
        page = f'<rect class="page" width="{size.x:g}" height="{size.y:g}"/>'
        return "\n".join([head, told, f"<style>\n{STYLE}</style>", page, *self._parts, "</svg>", ""])


def page(picture: str, title: str, words: Sequence[str], language: str) -> str:
    """HTML with the picture, and below it the same in words."""
    items = "\n".join(f"<li>{safe(each)}</li>" for each in words)
    return PAGE.format(language=safe(language), title=safe(title), picture=picture, items=items)
