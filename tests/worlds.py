"""A small world for completion: names, files and lookups that answer at once and never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.grammar.load import load
from dshell.line import officials
from dshell.line.parse import parse
from dshell.line.suggest import Candidate, suggest
from dshell.line.usage import Usage
from dshell.line.world import Entry, Found, Lookups, Nothing, Project, Shape, World

GRAMMAR = load()
NAMES = Names(
    containers=(
        ContainerName("web", "3f2a91c07d1e55", "nginx", "running", ports=("8080/tcp",)),
        ContainerName("api", "77aa00000000", "alpine", "running"),
        ContainerName("brave_noether", "99bb00000000", "alpine", "exited"),
        ContainerName("asleep", "55cc00000000", "alpine", "paused"),
    ),
    images=(
        ImageName("alpine:latest", "sha256:aa11"),
        ImageName("alpine:3.20", "sha256:bb22"),
        ImageName("nginx:latest", "sha256:cc33"),
        ImageName("me/shop:2", "sha256:dd44"),
        ImageName("<none>:<none>", "sha256:ee55"),
    ),
    volumes=("data", "db"),
    networks=("bridge", "host", "none", "shop"),
    contexts=("default", "desktop-linux"),
)
FOLDERS = {
    "": (Entry("src", True), Entry("my folder", True), Entry(".git", True), Entry("notes.txt"), Entry("été.txt")),
    "./": (Entry("src", True), Entry("my folder", True)),
    "src/": (Entry("main.py"),),
    "my folder/": (Entry("a b.txt"),),
    "~/": (Entry("course", True),),
    "$PWD/": (Entry("src", True),),
    "C:\\Users\\": (Entry("me", True),),
}
INSIDE = {
    ("web", "/"): (Entry("etc", True), Entry("usr", True), Entry("hello.txt")),
    ("web", "/etc/"): (Entry("nginx", True), Entry("passwd")),
    ("web", ""): (Entry("site", True), Entry("run.sh")),
}
LISTED = {
    "node": ("alpha", "beta"),
    "service": ("front", "back"),
    "secret": ("key",),
    "compose-project": ("course",),
    "builder": ("default", "fast"),
    "label": ("tier=front", "tier=back"),
}


class Book(Nothing):
    """Lookups that know a little."""

    def inside(self, container: str, folder: str) -> Sequence[Entry]:
        return INSIDE.get((container, folder), ())

    def search(self, term: str) -> Sequence[Found]:
        return [Found(name, words) for name, words in (("bob/redux", "a store"), ("redash/redash", "")) if term in name]

    def shape(self, image: str) -> Shape | None:
        shapes = {
            "me/shop:2": Shape(("python", "shop.py"), ("5000/tcp", "53/udp"), ("/var/shop",), "/srv", ("SHOP_KEY",)),
            "alpine": Shape(("/bin/sh",), variables=("PATH",)),
        }
        return shapes.get(image)

    def listed(self, noun: str) -> Sequence[str]:
        return LISTED.get(noun, ())

    def stages(self, file: str) -> Sequence[str]:
        return ("build", "final") if file == "Dockerfile" else ("dev",)

    def project(self, files: Sequence[str]) -> Project:
        if list(files) == ["other.yml"]:
            return Project(("only",))
        return Project(("db", "web"), ("debug",), {"db": "postgres:17", "web": "nginx"})


def files(folder: str) -> Iterable[Entry]:
    return FOLDERS.get(folder, ())


def world(names: Names = NAMES, used: Sequence[str] = (), lookups: Lookups | None = None) -> World:
    """``used``: lines that the person has run, oldest first."""
    usage = Usage()
    for line in used:
        usage.note(parse(line, GRAMMAR))
    return World(names, files, usage, lookups or Nothing(), ("HOME", "HOSTNAME", "PATH"))


def rich(used: Sequence[str] = ()) -> World:
    """With lookups and the official images."""
    return world(used=used, lookups=Book())._replace(officials=officials.load())


def at(marked: str, known: World) -> list[Candidate]:
    """Candidates where ``|`` stands in ``marked``."""
    cursor = marked.index("|")
    return suggest(parse(marked[:cursor] + marked[cursor + 1 :], GRAMMAR), cursor, known, GRAMMAR)
