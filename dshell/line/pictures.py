"""Candidates about images: names, tags, what runs in them, and the ports, folders and variables they declare."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import attrgetter

from dshell.grammar.model import Kind
from dshell.line.candidate import MOST, Candidate, Ranked, Sort
from dshell.line.model import Range, Role, Word
from dshell.line.offers import SEPARATOR, Offers
from dshell.line.roll import matching
from dshell.line.sources import compose_files
from dshell.line.split import join
from dshell.line.usage import image_name
from dshell.line.world import Entry, Official, Shape
from dshell.pattern import pattern

LETTERS = 3  # typed before Docker Hub is searched
SHELLS = ("sh",)  # what nearly every image has
_TERM = pattern(r"[a-z0-9][a-z0-9._/-]*\Z")


def local_images(offers: Offers) -> list[Ranked]:
    """``alpine:latest`` is offered as ``alpine``, as people write it, until a colon is typed."""
    short = ":" not in offers.typed
    found = offers.fresh(offers.register.shortly if short else offers.register.tagged, Sort.IMAGE)
    if not found and len(offers.typed) > 1:
        by_id = {image.id: image.name for image in offers.register.image_ids.begun(offers.typed)}
        ids = ((id_.removeprefix("sha256:")[:12], name) for id_, name in by_id.items())
        found = [(0, offers.candidate(id_, Sort.IMAGE, (name,))) for id_, name in islice(ids, MOST)]
    return found


def images(offers: Offers) -> list[Ranked]:
    """Those that are here, then those that everybody knows, then what Docker Hub finds."""
    typed = offers.typed
    found = local_images(offers)
    have = {candidate.display.partition(":")[0] for _, candidate in found} if ":" not in typed else set()
    if ":" in typed:
        have = {candidate.display for _, candidate in found}
        return found + [ranked for ranked in _tags(offers, typed) if ranked[1].display not in have]
    officials = offers.world.officials
    rank, known = matching(typed, [name for name in officials if name not in have], str)
    found += [(rank, offers.candidate(name, Sort.IMAGE, key=("image", name))) for name in known]
    if len(typed) < LETTERS or not _TERM.match(typed):
        return found
    seen = {*have, *officials}
    results = [each for each in offers.world.lookups.search(typed) if each.name not in seen]
    rank, found_there = matching(typed, results, attrgetter("name"))
    return found + [(rank, offers.candidate(each.name, Sort.IMAGE, (each.words,))) for each in found_there]


def _tags(offers: Offers, typed: str) -> list[Ranked]:
    name = typed.partition(":")[0]
    official = offers.world.officials.get(image_name(name))
    return offers.plain([f"{name}:{tag}" for tag in official.tags], Sort.IMAGE) if official else []


# What the image of the line says


def image_of(offers: Offers) -> tuple[Official, Shape]:
    """What is known of the image that the line names, or of the one of the container that it names."""
    reference = _reference(offers)
    official = offers.world.officials.get(image_name(reference), Official())
    shape = offers.world.lookups.shape(reference) if reference and _is_here(offers, reference) else None
    return official, shape or Shape()


def _reference(offers: Offers) -> str:
    if image := offers.argument(Kind.IMAGE, Kind.LOCAL_IMAGE):
        return image.text
    if service := offers.argument(Kind.COMPOSE_SERVICE):
        return offers.world.lookups.project(compose_files(offers)).images.get(service.text, "")
    word = offers.argument(Kind.RUNNING, Kind.CONTAINER)
    container = offers.container(word.text) if word else None
    return container.image if container else ""


def _is_here(offers: Offers, reference: str) -> bool:
    tagged = reference if ":" in reference.rpartition("/")[2] else f"{reference}:latest"
    by_id = offers.register.image_ids.begun(reference.removeprefix("sha256:")) if ":" in reference else ()
    return tagged in offers.register.images or any(image.id == reference for image in by_id)


def exposed(offers: Offers) -> list[str]:
    """Ports that the image listens on, without ``/tcp``."""
    official, shape = image_of(offers)
    return [port.removesuffix("/tcp") for port in dict.fromkeys((*shape.ports, *official.ports))]


def users(offers: Offers) -> list[Ranked]:
    """Users that the image has; every Linux has root and nobody."""
    official, _ = image_of(offers)
    return offers.plain((*official.users, "root", "nobody", "1000:1000"), Sort.VALUE)


def container_folders(offers: Offers) -> list[str]:
    """Where a volume or a folder is likely to belong in the container."""
    official, shape = image_of(offers)
    places = (*official.volumes, *shape.volumes, shape.folder)
    return [place for place in dict.fromkeys(places) if place not in ("", "/")]


# What runs in a container


def programs(offers: Offers) -> list[Ranked]:
    """Behind an image or a container: its own command, commands that are known of it, paths in it."""
    place, simple = offers.place, offers.place.simple
    if offers.flag or simple is None:
        return offers.plain(SHELLS, Sort.INSIDE) if offers.flag and offers.flag.name == "entrypoint" else []
    inside = [word for word in place.before if word.role is Role.INSIDE]
    word = offers.argument(Kind.RUNNING)
    if word and (inside or SEPARATOR.search(offers.typed)):
        found = container_entries(offers, word)
        return found if SEPARATOR.search(offers.typed) else found + _commands(offers, inside, fresh=False)
    return _commands(offers, inside, fresh=word is None)


def container_entries(offers: Offers, word: Word) -> list[Ranked]:
    """Paths in the running container that ``word`` names."""
    container = offers.container(word.text)
    if container is None or container.status != "running":
        return []
    start = next((use.text or "" for use in offers.uses("workdir")), "")
    name = container.name

    def read(folder: str) -> Sequence[Entry]:
        return offers.world.lookups.inside(name, folder if folder.startswith("/") else _under(start, folder))

    return offers.entries(read)


def _under(start: str, folder: str) -> str:
    return f"{start.rstrip('/')}/{folder}" if start else folder


def container_path(offers: Offers) -> list[Ranked]:
    """``exec -w``: a folder of the running container; for a new one, what its image declares."""
    if word := offers.argument(Kind.RUNNING):
        found = container_entries(offers, word)
        return [ranked for ranked in found if ranked[1].more]
    return offers.plain(container_folders(offers), Sort.INSIDE)


def _commands(offers: Offers, inside: Sequence[Word], *, fresh: bool) -> list[Ranked]:
    """Whole commands: one may replace several words, all behind the image. ``fresh``: for a new container."""
    place = offers.place
    reference = _reference(offers)
    if not reference:
        return []
    start = inside[0].range.start if inside else place.start
    typed = place.text[start : place.cursor]
    official, shape = image_of(offers)
    own = join(shape.command) if fresh else ""
    name = image_name(reference)
    rows = {own: ("image-command", own)} if own else {}
    for command in (*official.commands, *offers.world.usage.words(f"inside {name}"), *SHELLS):
        rows.setdefault(command, ("inside", command))
    found = [command for command in rows if command.startswith(typed) and command != typed]
    return [
        (0, Candidate(command, Range(start, place.cursor), Sort.INSIDE, command, (), rows[command]))
        for command in found
    ]


SOURCES = {
    Kind.IMAGE: images,
    Kind.LOCAL_IMAGE: local_images,
    Kind.REMOTE_IMAGE: images,
    Kind.NEW_IMAGE: local_images,  # a name that an image will get may be one that exists
    Kind.PROGRAM: programs,
    Kind.CONTAINER_PATH: container_path,
    Kind.USER: users,
}
