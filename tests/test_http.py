"""The session path against a scripted engine: what a real one seldom or never says."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint, Joining, PullStep, Purse, Version
from dshell.errors import Trouble
from dshell.stream.base import Stream
from tests.scripted import NO_CONTENT, PONG, UNIX, Scripted, failure_of, ok

Script = Callable[..., tuple[HttpEngine, Scripted]]


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    made: list[HttpEngine | Scripted] = []

    def start(*answers: bytes | None, **settings: object) -> tuple[HttpEngine, Scripted]:
        path = tmp_path / "docker.sock"
        scripted = Scripted(path, *answers)
        engine = HttpEngine(Endpoint("default", f"unix://{path}", "-H"), **settings)  # type: ignore[arg-type]
        made.extend([engine, scripted])
        return engine, scripted

    yield start
    for one in made:
        one.close()


# The first request and the version


@pytest.mark.parametrize(
    ("said", "fixed", "version"),
    [("1.47", "", "1.47"), ("1.51", "", "1.50"), ("1.9", "", "1.9"), ("", "", "1.24"), ("1.47", "v1.44", "1.44")],
)
def test_the_version(script: Script, said: str, fixed: str, version: str) -> None:
    pong = f"HTTP/1.1 200 OK\r\nApi-Version: {said}\r\nOstype: linux\r\n\r\n".encode()
    engine, scripted = script(pong, NO_CONTENT, version=fixed)  # docker takes a leading v too
    assert engine.ping() == Version(version, "linux")
    engine.start("web")
    assert [request.split(" HTTP/")[0] for request in scripted.requests] == [
        "HEAD /_ping",
        f"POST /v{version}/containers/web/start",
    ]


def test_a_proxy_without_head_is_asked_by_get(script: Script) -> None:
    engine, scripted = script(b"HTTP/1.1 405 No\r\nContent-Length: 3\r\n\r\n", PONG + b"OK")
    assert engine.ping() == Version("1.47", "linux")
    assert scripted.requests[1].startswith("GET /_ping ")


def test_an_engine_that_is_starting_is_not_asked_twice(script: Script) -> None:
    """Docker Desktop's proxy answers 500 while the engine is not there yet."""
    engine, scripted = script(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", PONG)
    assert (failure_of(engine.ping).trouble, len(scripted.requests)) == (Trouble.REFUSED, 1)
    assert engine.ping().api == "1.47"


def test_headers(script: Script) -> None:
    engine, scripted = script(PONG, NO_CONTENT, headers={"X-Meta": "1"})
    engine.kill("web", "INT")
    lines = scripted.requests[1].split("\r\n")
    assert lines[0] == "POST /v1.47/containers/web/kill?signal=INT HTTP/1.1"
    assert {"Host: api.moby.localhost", "X-Meta: 1", "Content-Length: 0"} <= set(lines)
    assert any(line.startswith("User-Agent: dshell/") for line in lines)


# Connections


def test_short_requests_share_a_connection(script: Script) -> None:
    engine, scripted = script(PONG, NO_CONTENT, NO_CONTENT)
    engine.start("web")
    engine.resize("web", 80, 24)
    assert (len(scripted.requests), scripted.connections) == (3, 1)


def test_a_connection_that_was_closed_meanwhile_is_not_used(script: Script) -> None:
    engine, scripted = script(PONG, ok([]), PONG, NO_CONTENT)
    engine.siblings("alpine")
    scripted.open[0].shutdown(socket.SHUT_RDWR)
    engine.start("web")
    assert scripted.connections == 2


def test_a_daemon_that_does_not_answer_is_waited_for_once_in_a_line(script: Script) -> None:
    engine, scripted = script(PONG, None, patience=0.1)
    assert failure_of(lambda: engine.siblings("alpine")).trouble is Trouble.TIMEOUT
    asked = len(scripted.requests)
    assert failure_of(lambda: engine.inspect("web")).trouble is Trouble.TIMEOUT
    assert len(scripted.requests) == asked


def test_the_version_is_asked_again_when_another_daemon_may_answer(script: Script) -> None:
    older = PONG.replace(b"1.47", b"1.44")
    too_new = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    engine, scripted = script(PONG, ok([]), older, ok([]), too_new, PONG, ok([]), b"", older, ok([]))
    engine.siblings("alpine")
    scripted.open[0].shutdown(socket.SHUT_RDWR)
    engine.siblings("alpine")  # restarted
    failure_of(lambda: engine.siblings("alpine"))
    engine.siblings("alpine")  # replaced by one that speaks no 1.44
    failure_of(lambda: engine.siblings("alpine"))
    engine.siblings("alpine")  # gone in the middle of an answer
    asked = [request.split(" ")[1].partition("/containers")[0] for request in scripted.requests]
    assert asked == [
        *("/_ping", "/v1.47"),
        *("/_ping", "/v1.44", "/v1.44"),
        *("/_ping", "/v1.47", "/v1.47"),
        *("/_ping", "/v1.44"),
    ]


def test_an_answer_that_closes_is_not_followed_by_another(script: Script) -> None:
    engine, scripted = script(PONG, b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]", NO_CONTENT)
    engine.siblings("alpine")
    engine.start("web")
    assert scripted.connections == 2


# What goes wrong


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (ok({"message": "No such container: web"}, "404 Not Found"), 404, "No such container: web"),
        (ok({"other": 1}, "409 Conflict"), 409, '{"other": 1}'),
        (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", 400, "400 Bad Request"),
        (b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent HTTP.\n", 400, "Client sent HTTP."),
        (b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", 301, "301 Moved"),
    ],
)
def test_a_refusal_carries_the_daemons_words(script: Script, answer: bytes, status: int, words: str) -> None:
    engine, _ = script(PONG, answer)
    failure = failure_of(lambda: engine.start("web"))
    assert (failure.trouble, failure.status, failure.words) == (Trouble.REFUSED, status, words)
    assert (failure.subject, failure.endpoint) == ("web", engine.endpoint.host)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"", Trouble.LOST),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Trouble.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[1, 2", Trouble.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", Trouble.PROTOCOL),
        (ok(["no object"]), Trouble.PROTOCOL),
        (ok({"Id": None}), Trouble.PROTOCOL),
        (None, Trouble.TIMEOUT),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", Trouble.TIMEOUT),
    ],
)
def test_what_no_engine_says(script: Script, answer: bytes | None, trouble: Trouble) -> None:
    engine, _ = script(PONG, answer, patience=1.0 if trouble is Trouble.TIMEOUT else 30.0)
    assert failure_of(lambda: engine.inspect("web")).trouble is trouble


def test_nobody_listens(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    engine = HttpEngine(Endpoint("default", f"unix://{path}", "-H"))
    failure = failure_of(engine.ping)
    assert (failure.trouble, failure.number, failure.endpoint) == (Trouble.UNREACHABLE, 2, f"unix://{path}")
    with socket.socket(UNIX) as left_over:
        left_over.bind(str(path))
    assert failure_of(engine.ping).trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("host", "trouble"),
    [
        ("tcp://127.0.0.1:1", Trouble.UNREACHABLE),
        ("tcp://a..b:1", Trouble.UNREACHABLE),
        (f"tcp://{'x' * 64}:1", Trouble.UNREACHABLE),
        ("npipe:////./pipe/docker_engine", Trouble.ADDRESS),
    ],
)
def test_nothing_is_there(host: str, trouble: Trouble) -> None:
    assert failure_of(HttpEngine(Endpoint("default", host, "-H")).ping).trouble is trouble


def test_a_container_without_a_name_is_docker_s_error(script: Script) -> None:
    engine, scripted = script()
    assert failure_of(lambda: engine.start("/")).trouble is Trouble.DECLINED
    assert scripted.requests == []


def test_a_name_is_no_path(script: Script) -> None:
    engine, scripted = script(PONG, NO_CONTENT)
    engine.start("/we b?x#y\udcff")
    assert scripted.requests[1].startswith("POST /v1.47/containers/we%20b%3Fx%23y%FF/start ")


@pytest.mark.parametrize(("answer", "changed"), [(NO_CONTENT, True), (b"HTTP/1.1 304 Not Modified\r\n\r\n", False)])
def test_whether_start_and_stop_changed_anything(script: Script, answer: bytes, changed: bool) -> None:
    engine, _ = script(PONG, answer, answer)
    assert engine.start("web") is changed
    assert engine.stop("web", None, "") is changed


# wait, attach, pull


def test_wait_returns_with_the_header_and_result_with_the_body(script: Script) -> None:
    engine, scripted = script(PONG, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", patience=1.0)
    pending = engine.wait("web", "next-exit")
    assert scripted.requests[1].startswith("POST /v1.47/containers/web/wait?condition=next-exit ")
    body = b'{"StatusCode":137,"Error":null}'
    threading.Timer(1.3, scripted.open[1].sendall, [b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)]).start()
    assert pending.result() == 137
    assert pending.result() == 137


def test_wait_tells_the_daemons_error(script: Script) -> None:
    engine, _ = script(PONG, ok({"StatusCode": 1, "Error": {"Message": "no such task"}}))
    pending = engine.wait("web", "")
    assert failure_of(pending.result).words == "no such task"


def test_two_may_wait_for_the_same_answer(script: Script) -> None:
    """The pump may still do when an act whose session was interrupted does too."""
    engine, scripted = script(PONG, b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
    pending = engine.wait("web", "")
    codes: list[int] = []
    others = [threading.Thread(target=lambda: codes.append(pending.result())) for _ in range(3)]
    for other in others:
        other.start()
    threading.Timer(0.05, scripted.open[1].sendall, [b'{"StatusCode":9}']).start()
    for other in others:
        other.join(10)
    assert codes == [9, 9, 9]


def test_closing_a_wait_wakes_who_waits(script: Script) -> None:
    engine, _ = script(PONG, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    pending = engine.wait("web", "")
    threading.Timer(0.05, pending.close).start()
    assert failure_of(pending.result).trouble is Trouble.LOST


class NoPending:
    def result(self) -> int:
        return 3

    def close(self) -> None:
        raise AssertionError("the caller's")


def read_exactly(stream: Stream, expected: bytes) -> None:
    received = b""
    while len(received) < len(expected):
        data = stream.read()[1]
        assert data, received
        received += data
    assert received == expected


@pytest.mark.parametrize("status", [b"101 UPGRADED", b"200 OK"])
@pytest.mark.parametrize("late", range(6))
def test_bytes_with_the_headers_of_an_upgrade_are_not_lost(script: Script, status: bytes, late: int) -> None:
    answer = b"HTTP/1.1 " + status + b"\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst"
    engine, scripted = script(PONG, answer[: len(answer) - late])
    stream = engine.attach("web", Joining(tty=True, stdin=True, detach_keys="ctrl-x"), NoPending())
    scripted.open[1].sendall(answer[len(answer) - late :] + b" bytes")
    read_exactly(stream, b"first bytes")
    assert scripted.requests[1].startswith(
        "POST /v1.47/containers/web/attach?stream=1&stdin=1&stdout=1&stderr=1&detachKeys=ctrl-x HTTP/1.1\r\n"
    )
    assert {"Connection: Upgrade", "Upgrade: tcp"} <= set(scripted.requests[1].split("\r\n"))
    assert stream.wait() == 3
    stream.close()


def test_a_session_may_be_idle_for_longer_than_a_request(script: Script) -> None:
    engine, scripted = script(PONG, b"HTTP/1.1 101 UPGRADED\r\n\r\n", patience=1.0)
    stream = engine.attach("web", Joining(tty=True, stdin=True), NoPending())
    threading.Timer(1.3, scripted.open[1].sendall, [b"still here"]).start()
    read_exactly(stream, b"still here")
    stream.close()


def test_an_attach_that_is_refused(script: Script) -> None:
    engine, _ = script(PONG, ok({"message": "is paused"}, "409 Conflict"))
    failure = failure_of(lambda: engine.attach("web", Joining(tty=True, stdin=True), NoPending()))
    assert (failure.trouble, failure.words) == (Trouble.REFUSED, "is paused")


PULL: list[Mapping[str, object]] = [
    {"status": "Pulling from library/alpine", "id": "3.20"},
    {"status": "Downloading", "progressDetail": {"current": 5, "total": 9}, "progress": "[=> ]", "id": "2d35"},
    {"status": "Pull complete", "progressDetail": {}, "id": "2d35"},
]


def pulled(*messages: Mapping[str, object]) -> bytes:
    text = b"".join(json.dumps(message).encode() + b"\r\n" for message in messages)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in text)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def test_pull(script: Script) -> None:
    asked = []

    def find(registry: str, lenient: bool) -> dict[str, str]:
        asked.append((registry, lenient))
        return {"username": "me", "password": "??>>"}

    engine, scripted = script(PONG, pulled(*PULL), purse=Purse(find))
    assert list(engine.pull("docker.io/library/alpine", "3.20", "Linux/arm64")) == [
        PullStep("3.20", "Pulling from library/alpine"),
        PullStep("2d35", "Downloading", 5, 9, detailed=True),
        PullStep("2d35", "Pull complete", detailed=True),
    ]
    first, *headers = scripted.requests[1].split("\r\n")
    query = "fromImage=docker.io%2Flibrary%2Falpine&tag=3.20&platform=linux%2Farm64"
    assert first == f"POST /v1.47/images/create?{query} HTTP/1.1"
    sent = next(line for line in headers if line.startswith("X-Registry-Auth: ")).partition(" ")[2]
    assert json.loads(base64.urlsafe_b64decode(sent)) == {"username": "me", "password": "??>>"}
    assert asked == [("docker.io", False)]


def test_an_error_inside_a_pull(script: Script) -> None:
    broken = {"errorDetail": {"message": "toomanyrequests: slow down"}, "error": "toomanyrequests: slow down"}
    engine, scripted = script(PONG, pulled(*PULL[:1], broken))
    steps = engine.pull("docker.io/library/alpine", "latest", "")
    assert next(steps).status == "Pulling from library/alpine"
    failure = failure_of(lambda: next(steps))
    assert (failure.trouble, failure.words) == (Trouble.PULL, "toomanyrequests: slow down")
    assert failure.subject == "docker.io/library/alpine:latest"
    assert "\r\nX-Registry-Auth: e30=\r\n" in scripted.requests[1]


def test_a_pull_that_is_left_closes_its_connection(script: Script) -> None:
    engine, scripted = script(PONG, pulled(*PULL)[:-5])
    steps = engine.pull("docker.io/library/alpine", "sha256:abc", "")
    next(steps)
    steps.close()  # type: ignore[attr-defined]  # it is a generator
    assert scripted.open[1].recv(1) == b""
    assert "&tag=sha256%3Aabc" in scripted.requests[1]
