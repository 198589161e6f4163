"""scripts/audit.py against a server that answers as OSV documents it (https://google.github.io/osv.dev/post-v1-query/)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

AUDIT = Path(__file__).parent.parent / "scripts" / "audit.py"
KNOWN = {"id": "PYSEC-2014-8", "summary": "writes where anyone may", "affected": [], "schema_version": "1.4.0"}
WITHDRAWN = {"id": "GHSA-fq7r-0000-0000", "withdrawn": "2022-04-13T03:04:39Z", "schema_version": "1.4.0"}
REPORTS: dict[tuple[str, str], list[object]] = {
    ("jinja2", "2.6"): [WITHDRAWN, KNOWN],
    ("typing-extensions", "4.0"): [WITHDRAWN],
}
HEAD = "HTTP/1.0 {} \r\nContent-Type: application/json\r\n\r\n"
SPOILT = {
    "silent": "",
    "noise": "220 smtp.example.com ESMTP\r\n",
    "down": HEAD.format(503) + "{}",
    "short": "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n{}",
    "portal": HEAD.format(200) + "<html>log in first</html>",
    "half": HEAD.format(200) + '{"vulns": [{"id": ',
    "error": HEAD.format(200) + '{"code": 3, "message": "Invalid query."}',
    "list": HEAD.format(200) + "[]",
    "rows": HEAD.format(200) + '{"vulns": ["PYSEC-2014-8"]}',
}


class Osv(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert query["package"]["ecosystem"] == "PyPI"
        name = query["package"]["name"]
        reports = REPORTS.get((name, query["version"]))
        body = json.dumps({"vulns": reports} if reports else {})
        self.wfile.write((SPOILT[name] if name in SPOILT else HEAD.format(200) + body).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Osv) as server:
        threading.Thread(target=server.serve_forever, name="osv", daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def audit(service: str, *packages: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, AUDIT, "--service", service, *packages]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "code", "rows"),
    [
        (["rich==14.0"], 0, ["rich==14.0: none known"]),
        (["jinja2==2.6"], 1, ["jinja2==2.6: PYSEC-2014-8 writes where anyone may"]),
        (["Jinja2==2.6"], 1, ["Jinja2==2.6: PYSEC-2014-8 writes where anyone may"]),
        (["jinja2==3.1"], 0, ["jinja2==3.1: none known"]),
        (["typing_extensions==4.0"], 0, ["typing_extensions==4.0: none known"]),
        (
            ["rich==14.0", "jinja2==2.6", "down==1"],
            1,
            ["rich==14.0: none known", "jinja2==2.6: PYSEC-2014-8 writes where anyone may"],
        ),
    ],
)
def test_what_osv_knows(service: str, packages: list[str], code: int, rows: list[str]) -> None:
    done = audit(service, *packages)
    assert (done.returncode, done.stdout.splitlines()) == (code, rows)


@pytest.mark.parametrize("name", SPOILT)
def test_an_answer_that_is_none_is_not_taken_for_nothing_known(service: str, name: str) -> None:
    done = audit(service, "rich==14.0", f"{name}==1", "psutil==7.0")
    assert (done.returncode, done.stdout) == (2, "rich==14.0: none known\n")
    assert done.stderr.endswith(f"could not be asked about {name}==1, psutil==7.0\n")
    assert "Traceback" not in done.stderr


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = audit(f"http://127.0.0.1:{port}/v1/query", "rich==14.0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Connection refused" in done.stderr
    assert done.stderr.endswith("could not be asked about rich==14.0\n")


@pytest.mark.skipif(not os.environ.get("DSHELL_TEST_ALL"), reason="pip resolves both ends: 20 s and a network")
def test_all_that_dshell_needs_is_asked_about(service: str) -> None:
    done = audit(service)
    assert done.returncode == 0
    packages = {row.split(":")[0] for row in done.stdout.splitlines()}
    assert {"prompt_toolkit==3.0.50", "pywinpty==3.1.2", "colorama==0.4.6"} <= packages
    assert len([one for one in packages if one.startswith("rich==")]) == 2
