"""The recorder's registry: which images are not here, and what a download says."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Sequence
from typing import Any

from tests.exact.wire import Refused, Request

PULLED = "Status: Downloaded newer image for "


def familiar(name: str) -> str:
    """``docker.io/library/alpine`` as ``alpine:latest``."""
    short = name.removeprefix("docker.io/").removeprefix("library/")
    return short if "@" in short or ":" in short.rpartition("/")[2] else f"{short}:latest"


def is_absent(image: str, absent: Sequence[str], pulled: Collection[str]) -> bool:
    name = familiar(image)
    if name in pulled:
        return False
    base = name.rpartition("/")[2]
    return base.startswith(("absent", "nosuch", "broken", "private")) or name in map(familiar, absent)


def messages(request: Request) -> list[dict[str, Any]]:
    """Of a download. Raises Refused for an image that is nowhere, or that is not for everybody."""
    name, tag = request.query.get("fromImage", ""), request.query.get("tag", "")
    whole = familiar(f"{name}{'@' if ':' in tag else ':'}{tag}" if tag else name)
    base = whole.rpartition("/")[2]
    if base.startswith("nosuch"):
        raise Refused(404, f"pull access denied for {base}, repository does not exist")
    if base.startswith("private") and not json.loads(base64.urlsafe_b64decode(request.headers["x-registry-auth"])):
        raise Refused(500, "unauthorized: authentication required")
    layer = hashlib.sha256(whole.encode()).hexdigest()[:12]
    said: list[dict[str, Any]] = [
        {"status": f"Pulling from {name.removeprefix('docker.io/')}", "id": tag or "latest"},
        {"status": "Pulling fs layer", "progressDetail": {}, "id": layer},
        {"status": "Downloading", "progressDetail": {"current": 1024, "total": 2048}, "progress": "[>]", "id": layer},
    ]
    if base.startswith("broken"):
        return [*said, {"errorDetail": {"message": "unexpected EOF"}, "error": "unexpected EOF"}]
    return [
        *said,
        {"status": "Download complete", "progressDetail": {}, "id": layer},
        {"status": "Extracting", "progressDetail": {"current": 2048, "total": 2048}, "progress": "[>]", "id": layer},
        {"status": "Pull complete", "progressDetail": {}, "id": layer},
        {"status": f"Digest: sha256:{hashlib.sha256(whole.encode()).hexdigest()}"},
        {"status": PULLED + whole},
    ]
