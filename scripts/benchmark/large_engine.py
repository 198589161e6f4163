"""A daemon on a Unix socket that knows very many names and does nothing: for measuring what completion costs."""

from __future__ import annotations

import json
import os
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

assert sys.platform != "win32"  # Unix sockets

CONTAINERS, IMAGES, VOLUMES = 10_000, 2_000, 5_000
IDLE = 3600  # seconds for which the stream of events stays open


def container(number: int) -> dict[str, object]:
    return {
        "Id": f"{number * 7919:064x}",
        "Names": [f"/job-{number:05d}"],
        "Image": f"team/app-{number % IMAGES:04d}",
        "State": "running" if number % 3 else "exited",
        "Created": 1_700_000_000 + number,
        "Labels": {"tier": "front", "number": str(number)},
        "Ports": [{"PrivatePort": 80, "PublicPort": 10_000 + number, "Type": "tcp"}] if number % 3 else [],
    }


ANSWERS: dict[str, object] = {
    "/containers/json": [container(number) for number in range(CONTAINERS)],
    "/images/json": [
        {"Id": f"sha256:{number:064x}", "RepoTags": [f"team/app-{number:04d}:latest"], "Size": number * 1000}
        for number in range(IMAGES)
    ],
    "/volumes": {"Volumes": [{"Name": f"vol-{number:05d}"} for number in range(VOLUMES)]},
    "/networks": [{"Name": name} for name in ("bridge", "host", "none")],
}


class _Daemon(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Api-Version", "1.50")
        self.send_header("OSType", "linux")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.partition("/v1.50")[2]
        if path == "/events":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            time.sleep(IDLE)
        self.server_answers(path)

    def server_answers(self, path: str) -> None:
        if isinstance(self.server, Engine) and self.server.silent:
            time.sleep(IDLE)
        body = json.dumps(ANSWERS.get(path, {"message": "no such thing"})).encode()
        self.send_response(200 if path in ANSWERS else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "client"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the method that is overridden
        """Nothing is logged."""


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """``silent``: it takes questions and never answers them."""

    daemon_threads = True
    silent = False


@contextmanager
def large_engine(folder: str, *, silent: bool = False) -> Iterator[str]:
    """DOCKER_HOST of one."""
    path = os.path.join(folder, "silent.sock" if silent else "large.sock")
    with Engine(path, _Daemon) as engine:
        engine.silent = silent
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        yield f"unix://{path}"
        engine.shutdown()


if __name__ == "__main__":
    with large_engine(sys.argv[1], silent=sys.argv[2:] == ["silent"]) as host:
        print(host, flush=True)
        time.sleep(IDLE)
