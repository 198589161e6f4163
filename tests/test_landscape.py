"""``map``: what is here, drawn in any width, said in words, and kept as a picture."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

import pytest

from dshell.engine import surveys
from dshell.survey import Resident, Stock, Survey, Use
from dshell.teach.drawing import canvas
from dshell.teach.drawing.cells import cut, fitted, width
from dshell.teach.drawing.landscape import drawn, in_words
from dshell.teach.drawing.landscape_svg import ROW as ROW_HIGH
from dshell.teach.drawing.landscape_svg import picture
from dshell.teach.layout import Scene, Symbols
from dshell.teach.texts import languages, load

LONG = "registry.example.org:5000/a/very/long/path/to/an/image/of/somebody:1.27.3-alpine-slim"
VOLUME = "6f563b30b359a0b0edb5c16bcd6596a695c8d57e324f8a3f3a2e38860dc2bb1a"
BAD = 'x\x1b]0;t\x07<script>alert("1")</script>&\u202e'


def survey(**changes: object) -> Survey:
    now = time.time()
    web = Resident(
        "web",
        "nginx",
        "n",
        "nginx -g 'daemon off;'",
        "running",
        now - 7300,
        None,
        (Use("8080", "80"), Use("5353", "53/udp")),
        (Use("data", "/usr/share/nginx/html"),),
        (Use("/home/me/site", "/site"),),
        ("course",),
    )
    old = Resident("old", "alpine", "a", "sh -c 'exit 3'", "exited", now - 65, 3, networks=("bridge",))
    made = Survey(
        (
            Stock("a", ("alpine:3.20", "alpine:latest"), 8_300_000),
            Stock("n", ("nginx:latest",), 52_000_000),
            Stock("u", (LONG,)),
        ),
        (old, Resident("stray", "gone:1", "lost", "", "created"), web),
        ("data", "spare", VOLUME),
        ("course", "empty"),
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def scene(columns: int = 80, language: str = "en", symbols: Symbols = Symbols.UNICODE) -> Scene:
    return Scene(load(language), symbols=symbols, width=columns)


@pytest.mark.parametrize(
    ("columns", "language", "symbols"), [*product((30, 40, 71, 72, 80, 110), languages(), Symbols)]
)
def test_it_fits_and_names_everything(columns: int, language: str, symbols: Symbols) -> None:
    rows = drawn(survey(), scene(columns, language, symbols))
    for row in rows:
        assert width(row) < columns or " " not in row.strip(), row
    told = "\n".join(rows)
    for name in ("alpine:3.20", "nginx:latest"[:9], "web", "old", "stray", "8080", "data", "course", "spare", "empty"):
        assert name in told, name
    if symbols is Symbols.ASCII and language == "en":
        assert told.replace("\N{NO-BREAK SPACE}", " ").isascii()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "port 8080 → 80"),
        ({}, "port 5353 → 53/udp"),
        ({}, "volume data → /usr/share/nginx/html"),
        ({}, "/home/me/site → /site"),
        ({}, "● web  running for 2 h"),
        ({}, "○ old  code 3, ended 1 min ago"),
        ({}, "○ stray  never started"),
        ({}, f"no container: {LONG}"),
        ({}, "used by none: volume spare · volume 6f563b30b359 · network empty"),
        ({}, "3 images, 3 containers (1 running), 3 volumes, 2 networks of its own"),
        ({"containers": ()}, "0 containers (0 running)"),
    ],
)
def test_what_is_drawn(given: dict[str, object], said: str) -> None:
    told = " ".join(" ".join(drawn(survey(**given), scene(110))).replace("\N{NO-BREAK SPACE}", " ").split())
    assert " ".join(said.split()) in told


def test_the_network_of_everybody_is_not_drawn() -> None:
    assert "bridge" not in "\n".join(drawn(survey(), scene()))


def test_in_words_every_fact_is_a_sentence() -> None:
    rows = [row.replace("\N{NO-BREAK SPACE}", " ") for row in in_words(survey(), scene())]
    assert "Image nginx:latest (52.0 MB), 1 container:" in rows
    assert (
        "Container web: running for 2 h. Its command: nginx -g 'daemon off;'. "
        "Port 8080 of the machine leads to its port 80. Port 5353 of the machine leads to its port 53/udp. "
        "Volume data is its folder /usr/share/nginx/html. Folder /home/me/site of the machine is its /site. "
        "It is in network course."
    ) in rows
    assert "Volume spare: no container uses it." in rows
    assert not set("".join(rows)) & set("─│├└┬●○")


def bad_survey() -> Survey:
    resident = Resident(BAD, BAD, BAD, BAD, BAD, 1.0, None, (), (Use(BAD, BAD),), (Use(BAD, BAD),), (BAD,))
    return Survey((Stock(BAD, (BAD,), 1),), (resident,), (BAD,), (BAD,))


@pytest.mark.parametrize("columns", [40, 80, 110])
def test_names_from_outside_command_no_terminal(columns: int) -> None:
    for rows in (drawn(bad_survey(), scene(columns)), in_words(bad_survey(), scene(columns))):
        told = "\n".join(rows)
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", told)
        assert "\\x1b" in told


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_names_from_outside_are_no_markup() -> None:
    svg = picture(bad_survey(), scene())
    assert {each.tag.rpartition("}")[2] for each in ET.fromstring(svg).iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "path"),
    }
    tags = Tags()
    page = canvas.page(svg, BAD, in_words(bad_survey(), scene()), "en")
    tags.feed(page)
    assert "script" not in tags.tags
    assert not re.search("[\x00-\x09\x0b-\x1f]", page)


def boxes(svg: str) -> Iterator[tuple[float, float, float, float]]:
    for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect"):
        if each.get("class") != "page":
            yield tuple(float(each.get(key, 0)) for key in ("x", "y", "width", "height"))  # type: ignore[misc]


@pytest.mark.parametrize("language", languages())
def test_the_boxes_of_a_picture_do_not_overlap_and_lie_in_it(language: str) -> None:
    svg = picture(survey(), scene(80, language))
    root = ET.fromstring(svg)
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    found = list(boxes(svg))
    assert len(found) == 4 + 3 + 8, "images, containers, and what they have: a shared one once"
    for number, (x, y, w, h) in enumerate(found):
        assert 0 < x <= x + w < wide
        assert 0 < y <= y + h < high
        for x2, y2, w2, h2 in found[number + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    told = "".join(root.itertext())
    assert "nginx:latest" in told
    assert root.find("{http://www.w3.org/2000/svg}desc") is not None


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("日本語", 5, "日本…"),
        ("日本語", 6, "日本語"),
        ("e\u0301a", 2, "e\u0301a"),
    ],
)
def test_text_is_cut_by_columns(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected
    assert width(fitted(text, columns + 3)) == columns + 3


ROW = {
    "Id": "c" * 64,
    "Names": ["/other/alias", "/web"],
    "Image": "nginx",
    "ImageID": "sha256:n",
    "Command": "nginx",
    "State": "exited",
    "Status": "Exited (137) 2 hours ago",
    "Ports": [
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"PrivatePort": 443, "Type": "tcp"},
        {"IP": "127.0.0.1", "PrivatePort": 90, "PublicPort": 9090, "Type": "tcp"},
        {"IP": "::1", "PrivatePort": 90, "PublicPort": 9090, "Type": "tcp"},
    ],
    "Mounts": [
        {"Type": "volume", "Name": "data", "Source": "/var/lib/…", "Destination": "/data"},
        {"Type": "bind", "Source": "/home/me", "Destination": "/app"},
        {"Type": "tmpfs", "Destination": "/t"},
    ],
    "NetworkSettings": {"Networks": {"course": {}, "bridge": {}}},
}


def test_a_row_of_the_daemon_s_list() -> None:
    (found,) = surveys.residents([ROW])
    assert (found.name, found.exit_code, found.status) == ("web", 137, "exited")
    assert found.ports == (Use("8080", "80"), Use("127.0.0.1:9090", "90"), Use("[::1]:9090", "90"))
    assert (found.volumes, found.folders) == ((Use("data", "/data"),), (Use("/home/me", "/app"),))
    assert found.networks == ("bridge", "course")


def test_names_are_in_the_order_that_people_count_in() -> None:
    names = ["web-10", "web-2", "db", "web-2-b", "9", "10"]
    found = surveys.survey((), [Resident(name, "", "", "", "running") for name in names], (), ())
    assert [each.name for each in found.containers] == ["9", "10", "db", "web-2", "web-2-b", "web-10"]


def test_what_a_container_has_stands_beside_it() -> None:
    residents = [
        Resident(f"c{number}", "i", "i", "", "running", ports=(Use(str(9000 + number), "80"),)) for number in range(6)
    ]
    root = ET.fromstring(picture(Survey((Stock("i", ("i",)),), tuple(residents), ("lone",)), scene()))
    rows = {each.text or "": float(each.get("y", 0)) for each in root.iter("{http://www.w3.org/2000/svg}text")}
    for number in range(6):
        assert abs(rows[f"● c{number}"] - rows[f"port {9000 + number} → 80"]) < ROW_HIGH
    assert rows["volume lone"] == max(rows.values())
