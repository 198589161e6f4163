"""A registry with one image of two layers, the second of which stops half way until it is let go.

It speaks as much of the distribution protocol as a daemon needs to pull, over plain HTTP on the loopback, which every
daemon takes for insecure and allowed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
HALF = 1_000_000  # bytes that come at once of the slow layer


class SlowRegistry(ThreadingHTTPServer):
    """``image``: what to pull. ``let_go``: set to let the second layer come to its end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.let_go = threading.Event()
        archives = [_archive("one", os.urandom(1000)), _archive("two", os.urandom(3 * HALF))]
        layers = [gzip.compress(archive, 1) for archive in archives]
        rootfs = {"type": "layers", "diff_ids": [digest(archive) for archive in archives]}
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _entry(config, CONFIG),
            "layers": [_entry(layer, LAYER) for layer in layers],
        }
        self.manifest = json.dumps(manifest).encode()
        self.blobs = {digest(blob): blob for blob in (config, *layers)}
        self.slow = digest(layers[1])
        self.image = f"127.0.0.1:{self.server_address[1]}/slow:1"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A daemon that goes away in the middle is what the tests are about."""


class _Answer(BaseHTTPRequestHandler):
    server: SlowRegistry

    def do_GET(self) -> None:
        kind, _, name = self.path.removeprefix("/v2/slow/").partition("/")
        body = self.server.blobs[name] if kind == "blobs" else self.server.manifest if kind == "manifests" else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", MANIFEST if kind == "manifests" else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", digest(body))
        self.end_headers()
        if self.command == "HEAD":
            return
        if name == self.server.slow and not self.server.let_go.is_set():
            self.wfile.write(body[:HALF])
            self.server.let_go.wait()
            body = body[HALF:]
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: a test's output is its own."""


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _archive(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _entry(blob: bytes, media_type: str) -> dict[str, object]:
    return {"mediaType": media_type, "size": len(blob), "digest": digest(blob)}
