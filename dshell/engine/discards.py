"""Deletes one thing at a time, as ``engine.base.Discards``: what a person was shown, and nothing that came since."""

from __future__ import annotations

import json
from typing import Any

from dshell.engine import facts
from dshell.engine.client import Client, Length, Request
from dshell.engine.url import escape, image_path


class HttpDiscards:
    def __init__(self, client: Client) -> None:
        self._client = client

    def image(self, reference: str) -> list[tuple[str, str]]:
        body = self._delete(f"/images/{escape(reference, '/:@')}", reference)
        with self._client.translated(reference):
            return [(verb, str(what)) for record in facts.read_list(body) for verb, what in record.items()]

    def image_names(self, identity: str) -> tuple[str, ...]:
        request = Request("GET", image_path(identity), subject=identity)
        return self._client.read(request, facts.image_facts).names

    def volume(self, name: str) -> None:
        self._delete(f"/volumes/{escape(name)}", name)

    def volume_made(self, name: str) -> str:
        request = Request("GET", f"/volumes/{escape(name)}", subject=name)
        return self._client.read(request, lambda record: str(record.get("CreatedAt", "")))

    def network(self, identity: str) -> None:
        self._delete(f"/networks/{escape(identity)}", identity)

    def cache(self, unused: float, *, every: bool) -> tuple[list[str], int]:
        query = {"filters": json.dumps({"until": {f"{unused:.3f}s": True}})} | ({"all": "1"} if every else {})
        return self._client.read(Request("POST", "/build/prune", query, length=Length.WORK), _freed)

    def changed(self, container: str) -> list[str]:
        request = Request("GET", f"/containers/{escape(container)}/changes", subject=container, length=Length.WORK)
        body = self._client.ask(request)
        with self._client.translated(container):
            found: list[dict[str, Any]] = json.loads(body) or []
            return [str(record.get("Path", "")) for record in found]

    def _delete(self, path: str, subject: str) -> bytes:
        return self._client.ask(Request("DELETE", path, subject=subject, length=Length.WORK))


def _freed(record: facts.Record) -> tuple[list[str], int]:
    return [str(each) for each in record.get("CachesDeleted") or ()], int(record.get("SpaceReclaimed") or 0)
