"""Which daemon, as docker would choose it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from dshell.engine.endpoint import Config, contexts, parse_host, read_config, resolve
from dshell.engine.records import TLS, Endpoint
from dshell.errors import Declined, EngineError, Trouble
from dshell.stream.base import DEFAULT_HOST

REMOTE = "tcp://remote:2376"


class Docker:
    """A configuration folder of docker's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def configure(self, **settings: object) -> None:
        (self.folder / "config.json").write_text(json.dumps(settings))

    def add_context(self, name: str, host: str, *, unchecked: bool = False, files: tuple[str, ...] = ()) -> Path:
        digest = hashlib.sha256(name.encode()).hexdigest()
        meta = self.folder / "contexts" / "meta" / digest
        meta.mkdir(parents=True)
        docker = {"Host": host, "SkipTLSVerify": unchecked}
        (meta / "meta.json").write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
        tls = self.folder / "contexts" / "tls" / digest / "docker"
        tls.mkdir(parents=True)
        for file in files:
            (tls / file).write_text("")
        return tls

    def resolve(self, environ: Mapping[str, str] | None = None, *, host: str = "", context: str = "") -> Endpoint:
        return resolve({"DOCKER_CONFIG": str(self.folder), **(environ or {})}, host=host, context=context)


@pytest.fixture
def docker(tmp_path: Path) -> Docker:
    docker = Docker(tmp_path)
    docker.configure(currentContext="current")
    docker.add_context("current", "unix:///current.sock")
    docker.add_context("other", "npipe:////./pipe/other")
    return docker


@pytest.mark.parametrize(
    ("host", "context", "environ", "expected"),
    [
        ("", "", {}, Endpoint("current", "unix:///current.sock", "currentContext")),
        ("", "", {"DOCKER_CONTEXT": "other"}, Endpoint("other", "npipe:////./pipe/other", "DOCKER_CONTEXT")),
        ("", "", {"DOCKER_CONTEXT": "default"}, Endpoint("default", DEFAULT_HOST, "DOCKER_CONTEXT")),
        ("", "", {"DOCKER_HOST": "unix:///e", "DOCKER_CONTEXT": "x"}, Endpoint("default", "unix:///e", "DOCKER_HOST")),
        ("", "other", {"DOCKER_HOST": "unix:///e"}, Endpoint("other", "npipe:////./pipe/other", "--context")),
        ("", "default", {}, Endpoint("default", DEFAULT_HOST, "--context")),
        ("", "default", {"DOCKER_HOST": "unix:///e"}, Endpoint("default", "unix:///e", "DOCKER_HOST")),
        ("unix:///h", "", {"DOCKER_HOST": "unix:///e"}, Endpoint("default", "unix:///h", "-H")),
    ],
)
def test_what_chooses(docker: Docker, host: str, context: str, environ: dict[str, str], expected: Endpoint) -> None:
    assert docker.resolve(environ, host=host, context=context) == expected


def test_without_configuration_there_is_the_default(tmp_path: Path) -> None:
    assert Docker(tmp_path).resolve() == Endpoint("default", DEFAULT_HOST, "default")
    assert contexts({"DOCKER_CONFIG": str(tmp_path)}) == ["default"]


def test_contexts_are_listed(docker: Docker) -> None:
    assert contexts({"DOCKER_CONFIG": str(docker.folder)}) == ["default", "current", "other"]


def test_a_context_that_does_not_exist(docker: Docker) -> None:
    with pytest.raises(EngineError) as caught:
        docker.resolve(context="nope")
    failure = caught.value.failure
    assert (failure.trouble, failure.subject) == (Trouble.CONTEXT, "nope")
    assert failure.words == 'context "nope": context not found'


def test_host_and_context_exclude_each_other(docker: Docker) -> None:
    with pytest.raises(Declined) as caught:
        docker.resolve(host="unix:///h", context="other")
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("text", "tls", "host"),
    [
        ("", False, DEFAULT_HOST),
        ("", True, "tcp://localhost:2376"),
        ("unix:///run/d.sock", False, "unix:///run/d.sock"),
        ("/run/d.sock", False, "unix:///run/d.sock"),
        (" tcp://h:1 ", False, "tcp://h:1"),
        ("tcp://h", True, "tcp://h:2375"),
        ("h:1", False, "tcp://h:1"),
        (":1", False, "tcp://localhost:1"),
        ("tcp://[::1]:1/base", False, "tcp://[::1]:1/base"),
        ("npipe:////./pipe/docker_engine", False, "npipe:////./pipe/docker_engine"),
        ("ssh://me@h:22/run/d.sock", False, "ssh://me@h:22/run/d.sock"),
    ],
)
def test_addresses(text: str, tls: bool, host: str) -> None:
    assert parse_host(text, tls=tls) == host


@pytest.mark.parametrize(
    "text",
    [
        *("foo://x", "tcp://h:port", "tcp://h:99999", "ssh://", "ssh://u:secret@h", "ssh://h?x=1", "ssh://h#x"),
        *("http://h", "unix:///run\0/d.sock", "ssh://h\0"),
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(EngineError) as caught:
        parse_host(text, tls=False)
    assert caught.value.failure.trouble is Trouble.ADDRESS
    assert "secret" not in caught.value.failure.words


def test_tls_of_the_environment(docker: Docker) -> None:
    environ = {"DOCKER_HOST": REMOTE, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(docker.folder)}
    with pytest.raises(EngineError) as caught:
        docker.resolve(environ)
    assert caught.value.failure.trouble is Trouble.TLS
    ca, cert, key = (docker.folder / file for file in ("ca.pem", "cert.pem", "key.pem"))
    ca.write_text("")
    assert docker.resolve(environ).tls == TLS(ca=str(ca))
    cert.write_text("")
    key.write_text("")
    assert docker.resolve(environ).tls == TLS(str(ca), str(cert), str(key))
    assert docker.resolve(environ | {"DOCKER_HOST": "unix:///d.sock"}).tls is None


def test_tls_without_verification(docker: Docker) -> None:
    assert docker.resolve({"DOCKER_HOST": REMOTE, "DOCKER_TLS": "1"}).tls == TLS(verify=False)


def test_tls_of_a_context(docker: Docker) -> None:
    folder = docker.add_context("far", REMOTE, files=("ca.pem", "cert.pem", "key.pem"))
    ca, cert, key = (str(folder / file) for file in ("ca.pem", "cert.pem", "key.pem"))
    assert docker.resolve(context="far") == Endpoint("far", REMOTE, "--context", TLS(ca, cert, key))
    docker.add_context("unchecked", REMOTE, unchecked=True)
    assert docker.resolve(context="unchecked").tls == TLS(verify=False)
    docker.add_context("plain", REMOTE)
    assert docker.resolve(context="plain").tls is None


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("{}", Config()),
        ("{broken", Config()),
        ("[]", Config()),
        ('\ufeff{"currentContext": "desktop-linux"}', Config(current_context="desktop-linux")),
        ('{"HttpHeaders": {"X-Meta": "1"}}', Config(headers={"X-Meta": "1"})),
        ('{"auths": {}, "credsStore": ""}', Config()),
        ('{"proxies": {"default": {"httpProxy": "http://p"}}}', Config(proxies={"default": {"httpProxy": "http://p"}})),
        ('{"detachKeys": "ctrl-a,x"}', Config(detach_keys="ctrl-a,x")),
        ('{"detachKeys": ["ctrl-a"], "currentContext": 5}', Config()),
        ('{"HttpHeaders": ["X"], "proxies": "http://p"}', Config()),
        ('{"HttpHeaders": {"X": 5}, "proxies": {"default": "http://p"}}', Config(proxies={"default": {}})),
    ],
)
def test_config(tmp_path: Path, text: str, config: Config) -> None:
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    assert read_config({"DOCKER_CONFIG": str(tmp_path)}) == config


def test_a_context_made_by_docker_is_found(tmp_path: Path) -> None:
    made = ["docker", "--config", str(tmp_path), "context", "create", "course", "--docker", "host=tcp://far:1"]
    subprocess.run(made, check=True, capture_output=True)
    assert contexts({"DOCKER_CONFIG": str(tmp_path)}) == ["default", "course"]
    assert Docker(tmp_path).resolve(context="course") == Endpoint("course", "tcp://far:1", "--context")
