"""Docker's command line as data: what is in docker.json, how it is found, how it is made."""

from __future__ import annotations

import json
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from dshell.grammar import everyday
from dshell.grammar.help import arguments, flag_rows
from dshell.grammar.load import BUNDLED, DOCKER, flag, load
from dshell.grammar.model import Command, Key, Kind
from dshell.grammar.sheet import Sheet

ROOT = Path(__file__).parent.parent
NOTES = tomllib.loads((ROOT / "dshell/grammar/notes.toml").read_text(encoding="utf-8"))
GRAMMAR = load()


def script() -> ModuleType:
    loader = SourceFileLoader("grammar_script", str(ROOT / "scripts/grammar"))
    spec = spec_from_loader("grammar_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def command(words: str) -> Command:
    found, count = GRAMMAR.find(words.split())
    assert found is not None
    assert count == len(words.split())
    return found


@pytest.mark.parametrize(
    ("words", "path", "count"),
    [
        ("run", "container run", 1),
        ("container run", "container run", 2),
        ("ps", "container ls", 1),
        ("container ps", "container ls", 2),
        ("images", "image ls", 1),
        ("rmi", "image rm", 1),
        ("build", "image build", 1),
        ("builder build", "image build", 2),
        ("info", "system info", 1),
        ("login", "login", 1),
        ("container", "container", 1),
        ("container lss", "container", 1),
        ("trust key load", "trust key load", 3),
        ("run alpine sh", "container run", 1),
        ("compose up", "compose up", 2),
        ("compose upp", "compose", 1),
        ("bake", "buildx bake", 1),
        ("builder prune", "builder prune", 2),
        ("builder imagetools create", "buildx imagetools create", 3),
        ("builder nonsense", "builder", 1),
        ("buildx f", "buildx bake", 2),
        ("scout cves", "scout", 1),
        ("lss", None, 0),
        ("", None, 0),
    ],
)
def test_find(words: str, path: str | None, count: int) -> None:
    found, used = GRAMMAR.find(words.split())
    assert (found and " ".join(found.path), used) == (path, count)


def test_a_lent_command_is_offered_behind_docker() -> None:
    assert "bake" in GRAMMAR.names()
    assert not GRAMMAR.own("bake")


def test_one_command_by_every_name() -> None:
    assert command("run") is command("container run")
    assert command("run").aliases == (("run",),)
    assert command("container run").name == "run"
    assert command("network create").name == "network create"


def test_every_command_once() -> None:
    paths = [each.path for each in GRAMMAR.commands()]
    assert paths[0] == ()
    assert len(paths) == len(set(paths)) == 225
    assert sum(path[:1] not in [(name,) for name in BUNDLED] for path in paths) == 153
    spellings = [spelling for each in GRAMMAR.commands() for spelling in (each.path, *each.aliases)]
    assert len(spellings) == len(set(spellings))


def test_flags_of_the_whole_grammar() -> None:
    assert GRAMMAR.version == "28.2.2"
    assert sum(len(each.flags) for each in GRAMMAR.commands()) == 1168
    for each in GRAMMAR.commands():
        shorts = [known.short for known in each.flags.values() if known.short]
        assert len(shorts) == len(set(shorts)), each.path
        for known in each.flags.values():
            assert len(known.short) <= 1
            assert " " not in known.type + known.default, "no sentence of docker's is kept"
            if known.kind is Kind.CHOICE:
                assert known.choices, known


def test_names() -> None:
    assert {"run", "ps", "images", "container", "login", "rmi"} <= set(GRAMMAR.names())
    assert set(GRAMMAR.names(("trust",))) == {"inspect", "key", "revoke", "sign", "signer"}
    assert {"ls", "list", "rm", "remove"} <= set(GRAMMAR.names(("volume",)))
    assert GRAMMAR.names(("run",)) == ()
    assert command("volume").subcommands == ("create", "inspect", "ls", "prune", "rm", "update")
    assert "run" not in GRAMMAR.root.subcommands
    assert "container" in GRAMMAR.root.subcommands


@pytest.mark.parametrize(
    ("words", "spelling", "name", "kind"),
    [
        ("run", "i", "interactive", Kind.TEXT),
        ("run", "v", "volume", Kind.BIND),
        ("run", "publish", "publish", Kind.PORT_MAP),
        ("run", "h", "hostname", Kind.HOST_NAME),
        ("run", "help", "help", Kind.TEXT),
        ("run", "net", "network", Kind.NETWORK_MODE),
        ("run", "env-file", "env-file", Kind.HOST_PATH),
        ("create", "dns-opt", "dns-option", Kind.TEXT),
        ("ps", "help", "help", Kind.TEXT),
        ("ps", "h", "help", Kind.TEXT),
        ("ps", "a", "all", Kind.TEXT),
        ("stop", "time", "timeout", Kind.NUMBER),
        ("volume create", "name", "name", Kind.NEW_NAME),
        ("build", "network", "network", Kind.NETWORK),
        ("build", "f", "file", Kind.HOST_PATH),
    ],
)
def test_flag(words: str, spelling: str, name: str, kind: Kind) -> None:
    found = flag(command(words), spelling)
    assert found is not None
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize(("words", "spelling"), [("run", "nope"), ("run", "Z"), ("run", ""), ("ps", "net")])
def test_no_such_flag(words: str, spelling: str) -> None:
    assert flag(command(words), spelling) is None


def test_hidden_flags_are_not_offered() -> None:
    assert "net" not in command("run").flags
    assert command("run").hidden["net"] is command("run").flags["network"]


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        ("run", "IMAGE:image COMMAND?:program ARG?*:program"),
        ("exec", "CONTAINER:running COMMAND:program ARG?*:program"),
        ("start", "CONTAINER:stopped CONTAINER?*:stopped"),
        ("rm", "CONTAINER:container CONTAINER?*:container"),
        ("pull", "NAME[:TAG|@DIGEST]:image"),
        ("build", "PATH | URL | -:build-folder"),
        ("cp", "CONTAINER:SRC_PATH:copy-path DEST_PATH|-:copy-path"),
        ("top", "CONTAINER:running ps OPTIONS?:ps-options"),
        ("images", "REPOSITORY[:TAG]?:local-image"),
        ("volume create", "VOLUME?:new-name"),
        ("network connect", "NETWORK:network CONTAINER:container"),
        ("ps", ""),
    ],
)
def test_arguments(words: str, usage: str) -> None:
    spelled = [
        each.name + "?" * each.optional + "*" * each.repeat + ":" + each.kind.value for each in command(words).arguments
    ]
    assert " ".join(spelled) == usage


def test_where_flags_stop() -> None:
    stops = {" ".join(each.path) for each in GRAMMAR.commands() if not each.interspersed}
    groups = {" ".join(each.path) for each in GRAMMAR.commands() if each.subcommands}
    assert stops == {*groups, *NOTES["stops"]}


def test_global_flags() -> None:
    assert {"context", "host", "config", "debug", "tls", "version"} <= set(GRAMMAR.root.flags)
    assert GRAMMAR.root.flags["host"].short == "H"
    assert GRAMMAR.root.flags["config"].default == "~/.docker"


def test_the_files_are_what_the_notes_make_of_them() -> None:
    """Fails when notes.toml was changed and ``scripts/grammar --notes`` not run."""
    files = script().Files()
    files.make({}, check=True)
    assert files.told == []
    for name, text in files.made.items():
        assert (ROOT / f"dshell/grammar/{name}.json").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", [DOCKER, *BUNDLED])
def test_a_file_read_by_halves_is_the_whole(name: str) -> None:
    text = (ROOT / f"dshell/grammar/{name}.json").read_text(encoding="utf-8")
    whole = json.loads(text)
    sheet = Sheet(text)
    assert dict(sheet) == whole.pop("commands")
    assert sheet.head == whole
    assert {path: list(row["aliases"]) for path, row in sheet.items() if "aliases" in row} == sheet.aliases
    assert {path for path, row in sheet.items() if row.get("unlisted")} == sheet.unlisted


def test_every_value_is_something() -> None:
    """No flag's value is left without a kind, choices or a line that says that nobody can list it."""
    for each in GRAMMAR.commands():
        for known in (*each.flags.values(), *each.hidden.values()):
            told = known.kind is not Kind.TEXT or known.choices
            plain = {known.name, f"{' '.join(each.path)} --{known.name}"} & {*NOTES["plain"]}
            assert not known.takes_value or bool(told) is not bool(plain), (each.path, known)


@pytest.mark.parametrize("kind", [Kind.FILTER, Kind.MOUNT, Kind.FIELDS, Kind.HOST_FIELDS, Kind.NETWORK_MODE])
def test_values_of_several_parts_say_which(kind: Kind) -> None:
    flags = [known for each in GRAMMAR.commands() for known in each.flags.values() if known.kind is kind]
    assert flags
    assert all(known.keys for known in flags)


@pytest.mark.parametrize(
    ("words", "name", "key", "expected"),
    [
        ("ps", "filter", "health", Key("health", Kind.CHOICE, ("starting", "healthy", "unhealthy", "none"))),
        ("ps", "filter", "network", Key("network", Kind.NETWORK)),
        ("volume ls", "filter", "dangling", Key("dangling", Kind.CHOICE, ("true", "false"))),
        ("run", "mount", "target", Key("target", Kind.CONTAINER_PATH)),
        ("buildx build", "cache-to", "dest", Key("dest", Kind.HOST_FOLDER)),
    ],
)  # fmt: skip
def test_keys(words: str, name: str, key: str, expected: Key) -> None:
    assert next(each for each in command(words).flags[name].keys if each.name == key) == expected


def test_fields_of_templates() -> None:
    assert {"Names", "Status", "Ports"} <= set(command("ps").flags["format"].fields)
    assert "State.Status" in command("inspect").flags["format"].fields


HELP = """Usage:  docker container run [OPTIONS] IMAGE [COMMAND] [ARG...]

Create and run a new container from an image

Aliases:
  docker container run, docker run

Options:
      --add-host list                    Add a custom host-to-IP mapping
                                         (host:ip)
  -i, --interactive                      Keep STDIN open even if not attached
      --cgroupns string                  Cgroup namespace to use
                                         'host':    Run the container in
                                                    --network of the host
                                         option on the daemon (default)
      --kernel-memory bytes
      --listen-addr node-addr            Listen address (format:
                                         "<ip|interface>[:port]") (default
                                         0.0.0.0:2377)
      --pull string                      Pull image before running
                                         ("always", "missing",
                                         "never") (default "missing")
      --sort string                      Order (default first come)
"""


def test_help_is_read() -> None:
    assert flag_rows(HELP) == {
        "add-host": {"type": "list"},
        "interactive": {"type": "bool", "short": "i"},
        "cgroupns": {"type": "string"},
        "kernel-memory": {"type": "bytes"},
        "listen-addr": {"type": "node-addr", "default": "0.0.0.0:2377"},
        "pull": {"type": "string", "default": "missing"},
        "sort": {"type": "string"},
    }
    assert arguments(HELP) == ["container", "run", "IMAGE", "[COMMAND]", "[ARG...]"]


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ("build [OPTIONS] PATH | URL | -", ["build", "PATH | URL | -"]),
        ("top CONTAINER [ps OPTIONS]", ["top", "CONTAINER", "[ps OPTIONS]"]),
        ("port CONTAINER [PRIVATE_PORT[/PROTO]]", ["port", "CONTAINER", "[PRIVATE_PORT[/PROTO]]"]),
        ("inspect IMAGE[:TAG] [IMAGE[:TAG]...]", ["inspect", "IMAGE[:TAG]", "[IMAGE[:TAG]...]"]),
        ("add OPTIONS NAME REPOSITORY [REPOSITORY...] ", ["add", "NAME", "REPOSITORY", "[REPOSITORY...]"]),
    ],
)
def test_usage_lines(usage: str, words: list[str]) -> None:
    assert arguments(f"Usage:  docker {usage}\n\nText") == words


def test_everyday_words_are_docker_s() -> None:
    assert set(everyday.COMMANDS) <= set(GRAMMAR.names())
    assert {name for name in everyday.FLAGS if flag(command("run"), name)} == set(everyday.FLAGS)
