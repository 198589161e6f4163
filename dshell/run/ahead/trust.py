"""What a line gives away: a container that may rule the daemon's machine, a daemon that others may rule. Remarks, which
hold nothing up; each is told once, not once a session.
"""

from collections.abc import Iterable, Iterator, Mapping

from dshell.foreseen import Ahead, Foreseen
from dshell.line.fences import is_heart, is_mighty, is_socket, is_unguarded, single
from dshell.line.mounts import absolute, is_path
from dshell.line.paths import split_bind
from dshell.pattern import pattern
from dshell.run.ahead.base import Sight
from dshell.run.ahead.project import profiles_of, services_of
from dshell.run.base import Setting
from dshell.run.compose_file import Service

SOURCE = pattern(r"(?:^|,)(?:source|src)=(?P<path>[^,]*)")


def daemon(sight: Sight) -> Iterator[Foreseen]:
    engine = sight.desk.engine
    if (found := engine.exposure) is not None:
        yield Foreseen(Ahead(found.value), engine.endpoint.host, {"host": engine.endpoint.host})


def container(sight: Sight) -> Iterator[Foreseen]:
    yield from shared(sight)
    yield from privileged(sight)
    if "host" in sight.values("pid"):
        yield Foreseen(Ahead.PROCESSES, "")
    if mighty := [value for value in sight.values("cap-add") if is_mighty(value)]:
        yield Foreseen(Ahead.CAPABILITY, "", {"names": ", ".join(mighty)})
    if off := [value for value in sight.values("security-opt") if is_unguarded(value)]:
        yield Foreseen(Ahead.UNGUARDED, "", {"options": ", ".join(off)})
    if "host" in (*sight.values("network"), *sight.values("network-add")):
        yield Foreseen(Ahead.HOST_NETWORK, "")


def project(sight: Sight) -> Iterator[Foreseen]:
    """What the line gives away itself (``compose run -v``), and the services that it starts by their file."""
    yield from container(sight)
    known = services_of(sight)
    for name in started(known, sight.call.arguments, profiles_of(sight)):
        given = tuple(Setting(flag, value) for flag, value in known[name].given)
        for found in container(sight._replace(call=sight.call._replace(settings=given))):
            yield found._replace(slots={**found.slots, "service": name})


def started(known: Mapping[str, Service], named: Iterable[str], profiles: set[str]) -> list[str]:
    """``named`` or, without any, all that no profile holds back; and what these need."""
    free = [name for name, each in known.items() if not each.profiles or profiles & {"*", *each.profiles}]
    wanted = list(dict.fromkeys(named)) or free
    for name in wanted:  # grows meanwhile
        wanted += [need for need in known.get(name, Service()).needs if need not in wanted]
    return [name for name in wanted if name in known]


def privileged(sight: Sight) -> Iterator[Foreseen]:
    if sight.given("privileged"):
        yield Foreseen(Ahead.PRIVILEGED, "")


def shared(sight: Sight) -> Iterator[Foreseen]:
    """The daemon's socket, in whatever way it is spelled, or the heart of the machine's disk."""
    paths = [absolute(source, sight.desk.folder) for source in sources(sight) if is_path(source)]
    own = single(sight.desk.engine.endpoint.host.partition("://")[2])
    if sight.given("use-api-socket") or any(is_socket(path) or single(path) == own for path in paths):
        yield Foreseen(Ahead.SOCKET, "")
    if heart := next((single(path) for path in paths if is_heart(path)), ""):
        yield Foreseen(Ahead.DISK, "", {"source": heart})


def sources(sight: Sight) -> Iterator[str]:
    yield from (split_bind(value).source for value in sight.values("volume"))
    for value in (*sight.values("mount"), *sight.values("mount-add")):
        yield from (found["path"] for found in SOURCE.finditer(value))
