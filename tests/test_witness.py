"""What the witness of a lesson sees of a daemon."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from dshell.engine.records import Endpoint, Seen
from dshell.engine.witness import Witness
from dshell.errors import EngineError
from tests import scripted
from tests.conftest import Docker
from tests.relays import Cable
from tests.watched import PATIENCE


class TestWitness:
    def test_containers_of_rm_are_seen_as_they_were(self, engine_host: str, docker: Docker) -> None:
        witness = Witness(Endpoint("default", engine_host, "-H"))
        witness.begin()
        docker(
            "run",
            "--rm",
            "-i",
            "-e",
            "A=b",
            "-v",
            "/tmp:/x",
            "--name",
            "seen-rm",
            "alpine",
            "sh",
            "-c",
            "touch /mine; exit 3",
            check=False,
        )
        seen = [each for each in witness.seen() if each.facts.get("name") == "seen-rm"]
        ended = next(each for each in seen if each.verb == "die")
        assert {key: ended.facts[key] for key in ("image", "tty", "stdin", "removed", "code", "mount")} == {
            "image": "alpine",
            "tty": "false",
            "stdin": "true",
            "removed": "true",
            "code": "3",
            "mount": "/tmp:/x",
        }
        assert "A=b" in ended.facts["env"].split("\n")
        witness.close()

    def test_programs_and_changed_files(self, engine_host: str, docker: Docker) -> None:
        witness = Witness(Endpoint("default", engine_host, "-H"))
        witness.begin()
        docker("run", "-d", "--init", "--name", "seen-exec", "alpine", "sleep", "60")
        try:
            docker("exec", "seen-exec", "touch", "/mine")
            seen = witness.seen()
            assert any(
                (each.noun, each.verb, each.facts.get("command")) == ("exec", "start", "touch /mine") for each in seen
            )
            changed = witness.changed()[0].facts
            assert "/mine" in changed["changed"].split("\n")
            assert (changed["image"], changed["tty"]) == ("alpine", "false")
            container = next(each.id for each in seen if each.verb == "start" and each.facts["name"] == "seen-exec")
            assert witness.names()[container] == "seen-exec"
            witness.remove("container", container)
            witness.remove("container", container)
            assert "destroy" in [each.verb for each in witness.seen()]
            assert witness.changed() == ()
        finally:
            docker("rm", "-f", "seen-exec", check=False)
            witness.close()


def test_what_was_before_is_not_waited_for(engine_host: str, docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dshell.engine.witness.LATE", 10 * PATIENCE)
    docker("volume", "create", "seen-already")
    witness = Witness(Endpoint("default", engine_host, "-H"))
    witness.begin()
    seen: list[tuple[Seen, ...]] = []
    look = threading.Thread(target=lambda: seen.append(witness.seen()), daemon=True)
    look.start()
    look.join(PATIENCE)
    docker("volume", "rm", "seen-already")
    witness.close()
    assert seen == [()]


def test_an_event_may_come_behind_a_later_one(tmp_path: Path) -> None:
    """As of containers that compose removes at once: the daemon stamps them, then tells them."""
    stamped = {"later": 2_000_000_000, "earlier": 1_999_999_999}
    record = '{"Type": "volume", "Action": "create", "Actor": {"ID": "%s"}, "timeNano": %d}\n'
    told = "".join(record % row for row in stamped.items()).encode()
    stream = b"HTTP/1.1 200 OK\r\n\r\n" + told
    nothing, past = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) for body in (b"", told))
    engine = scripted.Scripted(tmp_path / "s", scripted.PONG, nothing, stream, past)
    witness = Witness(Endpoint("default", f"unix://{tmp_path / 's'}", "-H"))
    witness.begin()
    assert [each.id for each in witness.seen()] == [*stamped]
    witness.close()
    engine.close()


def test_the_daemon_goes_and_comes_back(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    """What happened while it could not be asked is seen, and nothing twice."""
    cable = Cable(tmp_path / "cable.sock", engine_host.removeprefix("unix://"))
    witness = Witness(Endpoint("default", cable.host, "-H"))
    witness.begin()
    try:
        docker("volume", "create", "seen-before")
        assert "seen-before" in names_of(witness.seen())
        cable.cut()
        with pytest.raises(EngineError):
            witness.seen()
        docker("volume", "create", "seen-meanwhile")
        cable.mend()
        assert [name for name in names_of(witness.seen()) if name.startswith("seen-")] == [
            "seen-before",
            "seen-meanwhile",
        ]
    finally:
        docker("volume", "rm", "seen-before", "seen-meanwhile", check=False)
        witness.close()
        cable.cut()


def names_of(seen: Iterable[Seen]) -> list[str]:
    return [each.facts.get("name", "") for each in seen if each.verb == "create"]
