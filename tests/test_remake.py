"""``as-run``: the line that makes a container again, from what the daemon says of it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint, Noun
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.run.base import Setting
from dshell.run.compose_file import written
from dshell.run.line import call_of
from dshell.run.native.body import HONOURED
from dshell.run.native.defaults import default_body
from dshell.run.remake import inverse
from dshell.run.remake.changing import changed, keeping_volumes
from dshell.run.remake.composing import compose
from dshell.run.remake.inverse import Recipe, recipe
from dshell.run.remake.origin import Origin, origin_of
from dshell.run.remake.writing import as_run
from tests.desks import GRAMMAR, FakeTerminal, Work, call_for, perform

RUN = GRAMMAR.find(("run",))[0]
assert RUN is not None

LINES = Path(__file__).with_name("exact").joinpath("real.txt").read_text().splitlines()


FILES = {
    "profile.json": '{ "defaultAction": "SCMP_ACT_ALLOW" }\n',
    "variables": "A=1\n# c\nB=two words\nFROM_HOME\n",
    "labels": "x=1\ny=2\n",
}
OWN = {"Id", "Name", "Created", "HostnamePath", "HostsPath", "LogPath", "ResolvConfPath", "GraphDriver"}


def engine_at(host: str) -> HttpEngine:
    return HttpEngine(Endpoint("default", host, "default"))


class Workshop:
    """Makes containers by lines, and again by what ``as-run`` says of them."""

    def __init__(self, host: str, folder: Path) -> None:
        self.engine = engine_at(host)
        self.folder = folder

    def make(self, line: str) -> str:
        """The id; "" when it is refused."""
        simple = parse(line.replace("docker run ", "docker create ").replace("-d ", "", 1), GRAMMAR).commands[0]
        here = Surroundings({"FROM_HOME": "home"}, str(self.folder), "/home/me", lambda _: "")
        call = call_of(simple, settle(simple, here))
        terminal = FakeTerminal()
        desk = Work(terminal=terminal).desk(environ=here.environ, folder=str(self.folder))._replace(engine=self.engine)
        code = perform(call, desk)
        return terminal.out.strip() if code == 0 else ""

    def line(self, container: str) -> str:
        assert RUN is not None
        made = recipe(origin_of(container, self.engine))
        for name, content in made.files.items():
            (self.folder / name).write_text(content)
        return as_run(made, RUN.flags)

    def told(self, container: str) -> Any:
        record = dict(self.engine.record(Noun.CONTAINER, container))
        text = json.dumps({key: content for key, content in record.items() if key not in OWN}, sort_keys=True)
        own = [record["Id"], record["Id"][:12]]  # type: ignore[index]
        own += [mount["Name"] for mount in record["Mounts"] if len(mount.get("Name", "")) == 64]  # type: ignore[attr-defined]
        for word in own:
            text = text.replace(word, "…")
        told = json.loads(text)
        told["Config"]["Env"] = [*{entry.partition("=")[0]: entry for entry in told["Config"]["Env"] or ()}.values()]
        return told

    def remove(self, *containers: str) -> None:
        for container in containers:
            self.engine.remove(container, force=True, volumes=True, link=False)


def composed(told: Any) -> Any:
    """Without what compose does its own way: labels, who watches, the order of maps, how it asks for a mount."""
    config, host = told["Config"], told["HostConfig"]
    config["Labels"] = {key: each for key, each in config["Labels"].items() if not key.startswith("com.docker.compose")}
    config["Env"], host["ExtraHosts"] = sorted(config["Env"]), sorted(host["ExtraHosts"] or ())
    for key in ("AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce", "Volumes"):
        config.pop(key, None)
    for key in ("Binds", "Mounts"):
        host.pop(key, None)
    host["NetworkMode"] = host["NetworkMode"].replace("default", "bridge")
    host["RestartPolicy"]["Name"] = host["RestartPolicy"]["Name"] or "no"
    told["Mounts"] = [mount | {"Mode": ""} for mount in told["Mounts"]]
    return filled(told)


def filled(told: Any) -> Any:
    """Without what is empty, which is null, or is not there at all, as it was asked for."""
    if isinstance(told, dict):
        return {key: filled(each) for key, each in told.items() if each}
    return told


@pytest.fixture(scope="module")
def workshop(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("remake")
    for name, content in FILES.items():
        (folder / name).write_text(content)
    made = Workshop(engine_host, folder)
    for _ in made.engine.pull("docker.io/library/alpine", "latest", ""):
        pass
    yield made
    made.engine.close()


@pytest.mark.parametrize("line", LINES)
def test_a_container_is_made_again_by_its_line(workshop: Workshop, line: str) -> None:
    first = workshop.make(line)
    if not first:
        pytest.skip("the daemon here refuses it")
    again, told = workshop.line(first), workshop.told(first)
    workshop.remove(first)
    second = workshop.make(again)
    try:
        assert second, again
        assert workshop.told(second) == told, again
        assert workshop.line(second) == again
    finally:
        workshop.remove(*filter(None, [second]))


NO_KEY = re.compile(r"--rm|-P |-a std|--annotation|profile|--platform|--isolation|--runtime|anonymous|--shm-size")
LATER = re.compile(r"--uts|--cgroupns|tmpfs-mode|systempaths")
"""What compose has no key for, and what it has learnt since version 1, which Debian 12 has."""


class Compose(NamedTuple):
    argv: tuple[str, ...]
    version: str

    def takes(self, line: str) -> bool:
        return not NO_KEY.search(line) and not (self.version.startswith("1.") and LATER.search(line))


@pytest.fixture(scope="module")
def composer() -> Compose:
    """Compose as it is called here; DSHELL_TEST_COMPOSE names another one."""
    for argv in ((os.environ.get("DSHELL_TEST_COMPOSE", "docker-compose"),), ("docker", "compose")):
        if shutil.which(argv[0]):
            said = subprocess.run([*argv, "version", "--short"], capture_output=True, text=True, check=False)
            if said.returncode == 0:
                return Compose(argv, said.stdout)
    pytest.skip("there is no docker-compose")


def test_compose_makes_the_containers_again(workshop: Workshop, composer: Compose) -> None:
    """All of one file, by their names."""
    assert RUN is not None
    made = [container for line in filter(composer.takes, LINES) if (container := workshop.make(line))]
    recipes = [recipe(origin_of(container, workshop.engine)) for container in made]
    told = {each.name: workshop.told(container) for each, container in zip(recipes, made, strict=True)}
    workshop.remove(*made)
    file = workshop.folder / "compose.yaml"
    file.write_text(written(compose(recipes, RUN.flags).file))
    environ = {**os.environ, "DOCKER_HOST": workshop.engine.endpoint.host, "FROM_HOME": "home"}
    argv = [*composer.argv, "-p", "remake", "-f", str(file), "up", "--no-start"]
    done = subprocess.run(argv, env=environ, cwd=workshop.folder, capture_output=True, text=True, check=False)
    try:
        assert done.returncode == 0, done.stderr
        assert {name: composed(workshop.told(name)) for name in told} == {
            name: composed(expected) for name, expected in told.items()
        }
    finally:
        workshop.remove(*(each.name for each in workshop.engine.containers() if each.name in told))


FOLLOWS = {
    "cidfile": "names a file of the first making, which is in the way of another",
    "env-file": "its variables are there, and -e says them",
    "label-file": "its labels are there, and -l says them",
}
"""Flags without a row: what they did is said by others."""

PLACED = frozenset(place for row in inverse.ROWS for place in row.places) | {"HostConfig.ContainerIDFile"}
"""Places of a create request that the rows answer for."""

DERIVED = frozenset({"Cmd", "Image", "OnBuild", "StdinOnce", "HostConfig.Cgroup", "HostConfig.ConsoleSize"})
"""The others: words behind the flags, what follows from another place, and the size of a terminal."""


def test_every_flag_and_every_place_is_answered_for() -> None:
    flags = {row.flag for row in inverse.ROWS}
    assert HONOURED - flags == set(FOLLOWS)
    body = default_body()
    places = {key for key in body if key not in {"HostConfig", "NetworkingConfig"}}
    assert places | {f"HostConfig.{key}" for key in body["HostConfig"]} <= PLACED | DERIVED


IMAGE: dict[str, Any] = {
    "Config": {
        "Env": ["PATH=/bin", "LANG=C"],
        "Cmd": ["serve"],
        "Entrypoint": ["/entry"],
        "ExposedPorts": {"80/tcp": {}},
        "Labels": {"maker": "me"},
        "Volumes": {"/data": {}},
        "WorkingDir": "/srv",
        "User": "app",
        "StopSignal": "SIGQUIT",
        "Healthcheck": {"Test": ["CMD-SHELL", "ok"], "Interval": 5_000_000_000},
    },
    "Architecture": "amd64",
}
MACHINE = {"LoggingDriver": "json-file", "DefaultRuntime": "runc", "CgroupVersion": "2", "Architecture": "x86_64"}


def origin(config: dict[str, Any], host: dict[str, Any], **more: Any) -> Origin:
    """A container of IMAGE in which nothing else was chosen."""
    own = {"Hostname": "a" * 12, "Image": "web", "AttachStdout": True, "AttachStderr": True, **IMAGE["Config"]}
    usual = {"NetworkMode": "bridge", "CgroupnsMode": "private", "IpcMode": "private", "ShmSize": 64 * 1024**2}
    usual |= {"LogConfig": {"Type": "json-file", "Config": {}}, "Runtime": "runc"}
    record = {"Id": "a" * 64, "Name": "/web", "Config": own | config, "HostConfig": usual | host, **more}
    return Origin(record, IMAGE, MACHINE, (1, 47))


GPU = {"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]], "Options": {}}
GPUS = GPU | {"Count": 0, "DeviceIDs": ["0", "1"]}
SOME_GPUS = GPU | {"Driver": "nvidia", "Count": 2, "Capabilities": [["gpu", "utility"]]}
SOME_SPELLED = "driver=nvidia,count=2,capabilities=utility"
FLAT = {"Type": "bind", "Source": "/a", "Target": "/t", "BindOptions": {"NonRecursive": True}}
CDI = {"Driver": "cdi", "Count": 0, "DeviceIDs": ["vendor.com/dev=x"], "Capabilities": None, "Options": None}
SECOND = {"Aliases": ["api"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}}
IN_TWO = {"Networks": {"one": {"Aliases": ["a" * 12, "api"]}, "two": SECOND}}
PORTS = {"80/tcp": [{"HostIp": "::1", "HostPort": "8080"}], "53/udp": [{"HostIp": "", "HostPort": ""}]}
MOUNT = {"Type": "bind", "Source": "/a,b", "Target": "/t", "ReadOnly": True}
BOTH = ["--cap-add", "NET_ADMIN", "--cap-add", "CHOWN"]


@pytest.mark.parametrize(
    ("config", "host", "more", "expected"),
    [
        ({}, {}, {}, "docker run --name web web"),
        ({"AttachStdout": False, "AttachStderr": False}, {}, {}, "docker run -d --name web web"),
        (
            {"Tty": True, "OpenStdin": True, "AttachStdin": True},
            {"AutoRemove": True},
            {},
            "docker run -it --rm --name web web",
        ),
        ({"Cmd": ["a b", "$HOME", "it's"]}, {}, {}, """docker run --name web web 'a b' '$HOME' 'it'"'"'s'"""),
        ({"Entrypoint": None, "Cmd": ["sh"]}, {}, {}, "docker run --name web --entrypoint '' web sh"),
        ({"Entrypoint": ["/entry"], "Cmd": None}, {}, {}, "docker run --name web --entrypoint /entry web"),
        ({"Entrypoint": ["a", "b"], "Cmd": ["c"]}, {}, {}, "docker run --name web --entrypoint a web b c"),
        ({"Env": ["LANG=fr", "X=", "GONE", "PATH=/bin"]}, {}, {}, "docker run --name web -e LANG=fr -e X= -e GONE web"),
        ({"ExposedPorts": {"80/tcp": {}, "90/udp": {}}}, {}, {}, "docker run --name web --expose 90/udp web"),
        ({"Volumes": {"/data": {}, "/mine": {}}}, {}, {}, "docker run --name web -v /mine web"),
        ({"Labels": {"maker": "you", "bare": ""}}, {}, {}, "docker run --name web -l maker=you -l bare web"),
        (
            {"Hostname": "h1", "Domainname": "d.example"},
            {},
            {},
            "docker run --name web --domainname d.example -h h1 web",
        ),
        ({"WorkingDir": "/", "User": "0"}, {}, {}, "docker run --name web -u 0 -w / web"),
        (
            {"StopSignal": "INT", "StopTimeout": 0},
            {},
            {},
            "docker run --name web --stop-signal INT --stop-timeout 0 web",
        ),
        ({"Healthcheck": {"Test": ["NONE"]}}, {}, {}, "docker run --name web --no-healthcheck web"),
        (
            {"Healthcheck": {"Test": ["CMD-SHELL", "ok"], "Interval": 5_000_000_000, "Timeout": 1_500_000_000}},
            {},
            {},
            "docker run --name web --health-timeout 1500ms web",
        ),
        (
            {},
            {"PortBindings": PORTS},
            {},
            "docker run --name web -p '[::1]:8080:80' -p 53/udp web",
        ),
        (
            {},
            {"DeviceRequests": [GPU, GPUS, CDI]},
            {},
            """docker run --name web --device vendor.com/dev=x --gpus all --gpus '"device=0,1"' web""",
        ),
        ({}, {"DeviceRequests": [SOME_GPUS]}, {}, f"docker run --name web --gpus {SOME_SPELLED} web"),
        ({"MacAddress": "02:42:ac:11:00:09"}, {}, {}, "docker run --name web --mac-address 02:42:ac:11:00:09 web"),
        (
            {},
            {"Mounts": [FLAT]},
            {},
            "docker run --name web --mount type=bind,source=/a,dst=/t,bind-recursive=disabled web",
        ),
        (
            {},
            {"Mounts": [MOUNT]},
            {},
            """docker run --name web --mount 'type=bind,"source=/a,b",dst=/t,readonly' web""",
        ),
        (
            {},
            {"Memory": 64 * 1024**2, "MemorySwap": 128 * 1024**2, "NanoCpus": 1_500_000_000},
            {},
            "docker run --name web --cpus 1.5 -m 64m web",
        ),
        (
            {},
            {"Privileged": True, "SecurityOpt": ["label=disable"], "MaskedPaths": []},
            {},
            "docker run --name web --privileged web",
        ),
        (
            {"Hostname": "b" * 12, "Domainname": "d.example"},
            {"NetworkMode": "container:db", "PidMode": "host"},
            {},
            "docker run --name web --network container:db --pid host web",
        ),
        (
            {},
            {"Links": ["/db:/web/store", "/cache:/web/cache"]},
            {},
            "docker run --name web --link db:store --link cache:cache web",
        ),
        (
            {},
            {"NetworkMode": "one"},
            {"NetworkSettings": IN_TWO},
            "docker create --name web --network one --network-alias api web"
            " && docker network connect --alias api --ip 10.0.0.9 two web && docker start -a web",
        ),
    ],
)
def test_what_the_image_and_docker_give_is_left_out(
    config: dict[str, Any], host: dict[str, Any], more: dict[str, Any], expected: str
) -> None:
    assert RUN is not None
    line = as_run(recipe(origin(config, host, **more)), RUN.flags)
    assert line == expected
    for simple in parse(line, GRAMMAR).commands:
        assert [word.text for word in simple.words] == shlex.split(simple.text), "dshell and a shell read the same"


def test_an_image_for_another_processor_needs_its_platform() -> None:
    assert RUN is not None
    own = origin({}, {})
    far = own._replace(image=IMAGE | {"Architecture": "arm64"})
    assert [as_run(recipe(each), RUN.flags) for each in (own, far)] == [
        "docker run --name web web",
        "docker run --name web --platform linux/arm64 web",
    ]


def settings(*words: str) -> tuple[Setting, ...]:
    return call_for("run", *words, "x").settings


@pytest.mark.parametrize(
    ("old", "given", "expected"),
    [
        (["-p", "8080:80", "-p", "443:443"], ["-p", "8081:80"], ["-p", "443:443", "-p", "8081:80"]),
        (["-p", "8080:81", "-p", "8080:81/udp"], ["-p", "8080:80"], ["-p", "8080:81/udp", "-p", "8080:80"]),
        (["-p", "81"], ["-p", "80"], ["-p", "81", "-p", "80"]),
        (["-e", "A=1", "-e", "B=1"], ["-e", "A=2"], ["-e", "B=1", "-e", "A=2"]),
        (["-v", "old:/x", "-v", "/y"], ["-v", "new:/x:ro"], ["-v", "/y", "-v", "new:/x:ro"]),
        (["--mount", "type=bind,src=/a,dst=/x"], ["--mount", "type=tmpfs,dst=/x"], ["--mount", "type=tmpfs,dst=/x"]),
        (["-m", "1g"], ["-m", "2g"], ["-m", "2g"]),
        (["--rm"], ["--restart", "always"], ["--restart", "always"]),
        (["-it"], ["--tty=false"], ["-i"]),
        (["--network", "a", "--network-alias", "x"], ["--network", "b"], ["--network", "b"]),
        (["--cap-add", "NET_ADMIN"], BOTH, BOTH),
        (["--name", "web"], ["--name", "api"], ["--name", "api"]),
    ],
)
def test_what_is_given_anew_takes_the_place_of_what_it_is_about(
    old: list[str], given: list[str], expected: list[str]
) -> None:
    assert RUN is not None
    made = changed(Recipe("web", settings(*old), "x"), settings(*given), RUN.flags)
    assert made.settings == settings(*expected)


def test_volumes_that_docker_named_stay() -> None:
    old = Recipe("web", settings("-v", "/a"), "x")
    made = keeping_volumes(old, {"/a": "1" * 64, "/img": "2" * 64, "/b": "3" * 64}, settings("-v", "new:/b"))
    assert [setting.value for setting in made.settings] == ["1" * 64 + ":/a", "2" * 64 + ":/img"]
