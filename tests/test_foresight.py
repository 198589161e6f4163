"""Who is asked what before a line runs, how it is said, and what each key does."""

from __future__ import annotations

import pytest

from dshell.engine.records import Holding, Sort
from dshell.foreseen import TRUSTS, Ahead, Foreseen, Instead, Loss
from dshell.run.ahead.foresight import LOOKS, Foresight
from dshell.run.base import Ask, Done
from dshell.run.disk import HostDisk
from dshell.settings import UNCHECKED
from dshell.shell.ask import Asker
from dshell.shell.tell import Teller
from dshell.teach import ahead
from dshell.teach.layout import Level, Scene
from dshell.teach.texts import languages, load
from tests.desks import Work, person
from tests.fakes import refused
from tests.looks import HELD, called, engine, foreseen


def instead(foresight: Foresight, line: str, work: Work, ask: Ask | None) -> str | Done | None:
    return foresight.instead(called(line), work.desk(told=True)._replace(ask=ask), HostDisk())


def test_nobody_is_asked_twice() -> None:
    asked: list[Foreseen] = []

    def ask(event: Foreseen) -> str:
        asked.append(event)
        return ""

    foresight, work = Foresight(), Work(engine(kept=HELD))
    for _ in range(2):
        assert instead(foresight, "run --name old alpine ls", work, ask) == ""
        assert instead(foresight, "run alpine", work, ask) == ""
        assert instead(foresight, "volume rm data", work, ask) == ""
    assert [event.ahead for event in asked] == [Ahead.NAME, Ahead.LOSS, Ahead.LOSS], "what is lost is asked each time"
    assert len(work.told(Foreseen)) == 1


@pytest.mark.usefixtures("quiet_machine")
def test_what_is_chosen_is_done() -> None:
    foresight, work = Foresight(), Work(engine())
    for _ in range(2):
        taken = instead(foresight, "run -p 8080:80 nginx", work, lambda event: event.choices[0][1])
        assert taken == "run -p 8081:80 nginx", "and asked about again: it was not let pass"
    assert work.told(Instead), "and noted"
    assert instead(foresight, "run --name old nginx", work, lambda _: None) is None


def test_without_somebody_to_ask_all_is_told_but_losses() -> None:
    work = Work(engine(kept=HELD))
    for line in ("run --name old alpine ls", "system prune -a"):
        assert instead(Foresight(), line, work, None) == ""
    assert [event.ahead for event in work.events if isinstance(event, Foreseen)] == [Ahead.NAME]


@pytest.mark.parametrize(("off", "expected"), [((), 1), (("name",), 0), (("port",), 1), (("all",), 0)])
def test_each_look_can_be_switched_off(off: tuple[str, ...], expected: int) -> None:
    work = Work(engine())
    instead(Foresight(off), "run --name old alpine ls", work, None)
    assert len(work.told(Foreseen)) == expected


def test_nothing_is_asked_of_the_daemon_for_nobody() -> None:
    work = Work(engine())
    assert Foresight().instead(called("run --name old alpine"), work.desk(), HostDisk()) == ""
    assert work.engine.asked == []


def test_a_daemon_that_does_not_answer_holds_up_nothing() -> None:
    daemon = engine(raises={"containers": [refused(500, "no")] * 3})
    assert foreseen("run --name old -p 8080:80 alpine ls", daemon) == []


def test_settings_know_every_look() -> None:
    assert set(UNCHECKED) == {name for looks in LOOKS.values() for name in looks} | {"all"}


SPOKEN = [
    Foreseen(
        Ahead.NAME,
        "x",
        {"name": "x", "state": "runs", "image": "i", "free": "x2"},
        3.0,
        (("other", "a"), ("replace", "b"), ("enter", "c")),
    ),
    Foreseen(Ahead.NAME, "x", {"name": "x", "state": "stopped", "image": "i", "free": "x2"}, 3.0),
    Foreseen(Ahead.NAME, "x", {"name": "x", "state": "stopped", "image": "i", "free": "x2"}),
    Foreseen(Ahead.PORT, "1", {"port": "1", "free": "2", "name": "n"}, 3.0, (("other", "a"), ("stop", "b"))),
    Foreseen(Ahead.PORT, "1", {"port": "1", "free": "", "name": "n"}),
    Foreseen(Ahead.PORT_PROGRAM, "1", {"port": "1", "free": "2", "program": "p"}, choices=(("other", "a"),)),
    Foreseen(Ahead.PORT_PROGRAM, "1", {"port": "1", "free": "2", "program": ""}),
    Foreseen(Ahead.PORT_RESERVED, "1", {"port": "1", "free": "2"}, choices=(("other", "a"),)),
    Foreseen(Ahead.KEYBOARD, "i", {"image": "i", "command": "sh"}, choices=(("talk", "a"), ("keep", "b"))),
    Foreseen(Ahead.ANOTHER, "i", {"image": "i", "name": "n"}, 3.0, (("enter", "a"),)),
    Foreseen(Ahead.ANOTHER, "i", {"image": "i", "name": "n"}),
    Foreseen(Ahead.BEHIND, "i", {"image": "i", "flags": "-it"}, choices=(("front", "a"),)),
    Foreseen(Ahead.PLATFORM, "i", {"image": "i", "wanted": "arm64", "have": "amd64"}, choices=(("pull", "a"),)),
    Foreseen(Ahead.WINDOWS_ENGINE, "h", choices=(("linux", "a"),)),
    Foreseen(Ahead.CARRIAGE_RETURNS, "p", {"path": "p"}, choices=(("mend", "a"),)),
    Foreseen(Ahead.MARK, "p", {"path": "p"}, choices=(("mend", "a"),)),
    Foreseen(Ahead.IMAGE_USED, "i", {"image": "i", "names": "a, b"}, choices=(("clear", "a"), ("stop", "b"))),
    Foreseen(Ahead.NO_FOLDER, "f", {"folder": "f"}, choices=(("near", "a"), ("dot", "b"))),
    Foreseen(Ahead.NO_FOLDER, ""),
    Foreseen(Ahead.NO_DOCKERFILE, "f", {"folder": "f", "found": "d"}, choices=(("found", "a"),)),
    Foreseen(Ahead.NO_DOCKERFILE, "f", {"folder": "f", "found": ""}),
    *(Foreseen(kind, "s", dict.fromkeys(("host", "names", "source", "options"), "x")) for kind in TRUSTS),
]


@pytest.mark.parametrize("language", languages())
def test_all_of_it_is_said(language: str) -> None:
    scene = Scene(load(language))
    for event in SPOKEN:
        said = "\n".join(ahead.question(event, scene) if event.ahead.asks else ahead.told(event, scene))
        assert "ahead." not in said
        assert "{" not in said
    assert {event.ahead for event in SPOKEN} == set(Ahead) - {Ahead.LOSS}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("loss", "named"),
    [
        (Loss("container", "web", used=True), ["web"]),
        (Loss("volume", "data", users=("db", "web")), ["data", "db, web"]),
        (Loss("container", "old", files=("/etc/hosts", "/a\x1b[31m")), ["old", "/etc/hosts", r"/a\x1b[31m"]),
    ],
)
def test_why_it_is_a_loss_is_said_of_each(loss: Loss, named: list[str], language: str) -> None:
    said = ahead.named(loss, Scene(load(language)))
    assert all(name in said for name in named)
    assert said != loss.name
    assert "ahead." not in said


@pytest.mark.parametrize("language", languages())
def test_losses_are_counted_and_named(language: str) -> None:
    many = [Holding(Sort.IMAGE, f"i{number}", 1_000_000, nameless=True) for number in range(15)]
    event = foreseen("system prune -a --volumes", engine(kept=(*HELD, *many)))[0]
    said = "\n".join(ahead.question(event, Scene(load(language), Level.FULL, width=100)))
    assert "ahead." not in said
    assert "17 images" in said
    assert "i9" in said
    assert "i14" not in said
    assert load(language).size(36) in said, "the cache is one row"


@pytest.mark.parametrize(
    ("keys", "line", "answer"),
    [
        ([b"1"], "run -p 8080:80 nginx", "run -p 8081:80 nginx"),
        ([b"2"], "run -p 8080:80 nginx", "stop web && run -p 8080:80 nginx"),
        ([b"9", b"\x1b[A", b"y", b"\r"], "run -p 8080:80 nginx", ""),
        ([b"\x1b"], "run -p 8080:80 nginx", None),
        ([b"\x03"], "run -p 8080:80 nginx", None),
        ([b""], "run -p 8080:80 nginx", None),
        ([b"y"], "volume rm data", ""),
        ([b"o"], "volume rm data", ""),
        ([b"1", b"n"], "volume rm data", None),
        ([b"\r"], "volume rm data", None),
        ([b"y"], "system prune -a", "system prune -a -f"),
    ],
)
@pytest.mark.usefixtures("quiet_machine")
def test_keys_that_answer(keys: list[bytes], line: str, answer: str | None) -> None:
    terminal = person()

    class Later(type(terminal)):  # type: ignore[misc]
        def read(self, timeout: float) -> bytes | None:
            """What is typed ahead, y and Enter, comes before the question; the keys come after it."""
            if timeout == 0:
                return self.ahead.pop(0) if self.ahead else None
            data: bytes = keys.pop(0)
            return data

    later = Later(terminal.shown, 80, 24, open=True)
    later.ahead = [b"y", b"\r"]
    language = "fr" if b"o" in keys else "en"
    asker = Asker(Teller(later, load(language)), later)
    assert asker(foreseen(line, engine(kept=HELD))[0]) == answer
    assert later.err
