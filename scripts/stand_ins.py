"""Puts stand-ins for alpine, busybox, hello-world and nginx into an empty registry: one static busybox in four dresses.

For a practice engine that cannot reach Docker Hub. Speaks the registry's own protocol and the OCI image format, so it
needs no daemon, leaves nothing in anybody's image store, and gives the same digests each time from the same busybox.
It must not be mistaken for the real thing: every image has the label dshell.stand-in=true and says so where one looks.

    python3 scripts/stand_ins.py REGISTRY_PORT PATH_OF_BUSYBOX
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import json
import platform
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

MADE = "2025-01-01T00:00:00Z"
MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386", "riscv64": "riscv64"}
FOLDERS = ("dev", "etc", "home", "proc", "root", "run", "srv", "sys", "tmp", "usr/local/bin", "var/log", "var/tmp")

OS_RELEASE = """\
NAME="Alpine Linux (dshell stand-in)"
ID=alpine
VERSION_ID=3.20.0
PRETTY_NAME="A stand-in for Alpine Linux v3.20, made by dshell from busybox"
"""
NO_APK = """\
#!/bin/sh
echo "apk: this alpine is a stand-in made by dshell; it has busybox only and can install nothing" >&2
exit 1
"""
HELLO = """\
#!/bin/busybox sh
exec /bin/busybox cat <<'END'

Hello! If you can read this, your Docker works.

What it took:
 1. your docker client asked the daemon for a container of the image
    hello-world;
 2. the daemon did not have the image and fetched it from a registry;
 3. it made a container from the image and ran the one program in it, which
    prints these lines;
 4. it passed the lines on to your client, which wrote them to your terminal.

This hello-world is a stand-in made by dshell, because Docker Hub could not be
reached.
Something more ambitious next:  docker run -it alpine

END
"""
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>It works: a web server in a container</title></head>
<body>
<h1>It works: a web server in a container</h1>
<p>This page comes from an nginx stand-in made by dshell (busybox httpd), because Docker Hub could not be reached.</p>
</body>
</html>
"""
# As process 1 of its container httpd would ignore the signals that it does not handle; the shell passes them on.
SERVER = """\
#!/bin/sh
case "${1:-}" in -v|-V) echo "nginx version: nginx/1.27.0 (dshell stand-in, busybox httpd)" >&2; exit 0;; esac
trap 'kill "$server" 2>/dev/null; exit 0' TERM QUIT INT
httpd -f -vv -p 80 -h /usr/share/nginx/html &
server=$!
echo "nginx (dshell stand-in): serving /usr/share/nginx/html on port 80" >&2
wait "$server"
"""


@dataclass(frozen=True)
class Layer:
    """One layer: the tar's own digest (for the config) and what travels (for the manifest)."""

    made_by: str
    tar: bytes

    @property
    def packed(self) -> bytes:
        return gzip.compress(self.tar, mtime=0)


@dataclass(frozen=True)
class Image:
    name: str
    tags: tuple[str, ...]
    layers: tuple[Layer, ...]
    command: tuple[str, ...]
    settings: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Entry:
    """A file (text or bytes), a symbolic link (target) or, with neither, a folder."""

    path: str
    content: str | bytes | None = None
    target: str | None = None
    mode: int = 0o755


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer(made_by: str, entries: list[Entry]) -> Layer:
    """A layer of `entries`, each with its parent folders, owned by root and without times."""
    buffer, seen = io.BytesIO(), set[str]()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for entry in entries:
            parents = [str(p) for p in reversed(Path(entry.path).parents) if str(p) != "."]
            for path in [p for p in parents if p not in seen]:
                add(tar, Entry(path))
            if entry.path not in seen:
                add(tar, entry)
            seen.update(parents, [entry.path])
    return Layer(made_by, buffer.getvalue())


def add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    if entry.target is not None:
        info.type, info.linkname = tarfile.SYMTYPE, entry.target
        tar.addfile(info)
    elif entry.content is None:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
    else:
        data = entry.content.encode() if isinstance(entry.content, str) else entry.content
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))


def userland(busybox: Path) -> list[Entry]:
    """Busybox under all its names, and the few files that programs look for."""
    listing = subprocess.run([busybox, "--list-full"], check=True, capture_output=True, text=True).stdout
    names = sorted({"bin/sh", *listing.split()} - {"bin/busybox"})
    return [
        *(Entry(folder, mode=0o1777 if folder.endswith("tmp") else 0o755) for folder in FOLDERS),
        Entry("bin/busybox", busybox.read_bytes()),
        *(Entry(name, target="/bin/busybox") for name in names),
        Entry("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n", mode=0o644),
        Entry("etc/group", "root:x:0:\ntty:x:5:\nnobody:x:65534:\n", mode=0o644),
    ]


def images(busybox: Path) -> list[Image]:
    base = userland(busybox)
    dress = [
        Entry("etc/os-release", OS_RELEASE, mode=0o644),
        Entry("etc/alpine-release", "3.20.0\n", mode=0o644),
        Entry("sbin/apk", NO_APK),
    ]
    alpine = layer("ADD a busybox userland as alpine", [*base, *dress])
    hello = layer("ADD hello", [Entry("bin/busybox", busybox.read_bytes()), Entry("hello", HELLO)])
    page = layer("COPY index.html", [Entry("usr/share/nginx/html/index.html", PAGE, mode=0o644)])
    server = layer("COPY nginx", [Entry("usr/sbin/nginx", SERVER)])
    web: tuple[tuple[str, object], ...] = (("ExposedPorts", {"80/tcp": {}}), ("StopSignal", "SIGQUIT"))
    return [
        Image("alpine", ("latest", "3", "3.20"), (alpine,), ("/bin/sh",)),
        Image("busybox", ("latest", "1.36"), (layer("ADD busybox", base),), ("sh",)),
        Image("hello-world", ("latest",), (hello,), ("/hello",)),
        Image("nginx", ("latest", "alpine", "1.27"), (alpine, page, server), ("nginx", "-g", "daemon off;"), web),
    ]


def config(image: Image) -> bytes:
    """The image's configuration (OCI image specification, config.md)."""
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    labels = {"dshell.stand-in": "true"}
    run = {"Env": [path], "Cmd": list(image.command), "Labels": labels, **dict(image.settings)}
    content = {
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": MADE,
        "config": run,
        "rootfs": {"type": "layers", "diff_ids": [digest(one.tar) for one in image.layers]},
        "history": [{"created": MADE, "created_by": one.made_by} for one in image.layers],
    }
    return json.dumps(content, sort_keys=True).encode()


class Registry:
    """Pushes over the distribution protocol (spec.md: push by POST then PUT, manifests by PUT)."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def push(self, image: Image) -> None:
        repository = f"/v2/library/{image.name}"
        settings, packed = config(image), [one.packed for one in image.layers]
        for blob in [*packed, settings]:
            self._push_blob(repository, blob)
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST_TYPE,
                "config": {"mediaType": CONFIG_TYPE, "size": len(settings), "digest": digest(settings)},
                "layers": [{"mediaType": LAYER_TYPE, "size": len(b), "digest": digest(b)} for b in packed],
            }
        ).encode()
        for tag in image.tags:
            self._ask("PUT", f"{repository}/manifests/{tag}", manifest, MANIFEST_TYPE)

    def _push_blob(self, repository: str, blob: bytes) -> None:
        place = self._ask("POST", f"{repository}/blobs/uploads/")
        mark = "&" if "?" in place else "?"
        self._ask("PUT", f"{place}{mark}digest={digest(blob)}", blob, "application/octet-stream")

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> str:
        """Sends one request; returns where it says to go on."""
        self._http.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = self._http.getresponse()
        words = answer.read()
        if answer.status not in (201, 202):
            raise SystemExit(f"{method} {path}: {answer.status} {words.decode(errors='replace')}")
        return answer.headers.get("Location", "")


def main() -> None:
    port, busybox = int(sys.argv[1]), Path(sys.argv[2])
    registry = Registry(port)
    for image in images(busybox):
        registry.push(image)


if __name__ == "__main__":
    main()
