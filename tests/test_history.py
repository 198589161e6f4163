"""The history file: what it keeps, what it keeps out, and that it never breaks a session."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from dshell.grammar.load import load
from dshell.line.parse import parse
from dshell.line.secrets import reveals
from dshell.shell.history import MOST, HistoryFile, Suggest, fold, unfold
from dshell.shell.memory import Memory
from tests.shell_parts import GRAMMAR


@pytest.mark.parametrize(
    "line",
    [
        "login -u me -p hunter2",
        "run -e DB_PASSWORD=x alpine",
        "run -e 'API_KEY=x' alpine",
        "run -e my_token=x alpine",
        "build --build-arg NPM_SECRET=x .",
        "login --password=hunter2",
        "newcommand --password hunter2",
        "export DB_PASSWORD=x",
        "exec db mysql --password=x",
        "git clone https://me:hunter2@example.com/x",
        "echo hunter2 | docker secret create s -",
        "echo hunter2 | docker login --password-stdin",
        "docker config create c - <<< hunter2",
        "swarm join --token SWMTKN-1 host",
    ],
)
def test_a_secret_is_seen(line: str) -> None:
    assert reveals(parse(line, GRAMMAR))


@pytest.mark.parametrize(
    "line",
    [
        "run -it alpine",
        "login -u me -p $PW",
        "run -e DB_PASSWORD alpine",
        'run -e "DB_PASSWORD=$PW" alpine',
        "run -e COLOUR=red alpine",
        "run --label key=value alpine",
        "login --password-stdin",
        "build --secret id=npm,src=npmrc .",
        "secret create s file",
    ],
)
def test_what_is_no_secret_is_kept(line: str) -> None:
    assert not reveals(parse(line, GRAMMAR))


def session(path: Path) -> HistoryFile:
    return HistoryFile(path, lambda text: "hunter2" in text)


def test_lines_come_back_newest_first(tmp_path: Path) -> None:
    history = session(tmp_path / "state" / "history")
    for line in ("ps", "run \\\n alpine", "cd C:\\new", "é"):
        history.append_string(line)
    assert list(session(tmp_path / "state" / "history").load_history_strings()) == [
        "é",
        "cd C:\\new",
        "run \\\n alpine",
        "ps",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    """Also where others could, and through a link."""
    real, folder = tmp_path / "elsewhere", tmp_path / "state"
    folder.mkdir(mode=0o755)
    real.write_text("images\n")
    real.chmod(0o666)
    (folder / "history").symlink_to(real)
    for path in (tmp_path / "new" / "history", folder / "history"):
        session(path).append_string("ps")
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (folder / "history").is_symlink()
    assert real.read_text() == "images\nps\n"


def test_the_oldest_lines_of_a_long_session_are_let_go(tmp_path: Path) -> None:
    history = session(tmp_path / "history")
    for number in range(MOST + 2):
        history.append_string(f"ps {number}")
    assert (history.get_strings()[0], len(history.get_strings())) == ("ps 2", MOST)
    assert len(list(session(tmp_path / "history").load_history_strings())) == MOST


def test_no_line_is_kept_for_having_been_used() -> None:
    grammar = load()
    memory = Memory(lambda: ["ps"], lambda text: parse(text, grammar))
    memory.begin()
    for thread in [thread for thread in threading.enumerate() if thread.name == "memory"]:
        thread.join()
    line = parse("run --name web alpine", grammar)
    before = sys.getrefcount(line)
    memory.note(line)
    assert sys.getrefcount(line) == before
    assert memory.usage.weight("image", "alpine") > 0


def test_a_secret_is_recalled_but_never_written(tmp_path: Path) -> None:
    history = session(tmp_path / "history")
    history.append_string("login -p hunter2")
    history.append_string("ps")
    assert history.get_strings() == ["login -p hunter2", "ps"]
    assert (tmp_path / "history").read_text(encoding="utf-8") == "ps\n"


def test_a_space_before_a_line_keeps_it_out_of_the_history(tmp_path: Path) -> None:
    history = session(tmp_path / "history")
    history.append_string(" ps")
    history.append_string("   ")
    assert history.get_strings() == []
    assert not (tmp_path / "history").exists()


def test_a_file_that_is_no_text_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "history").write_bytes(b"ps\r\n\xff\xfe\n\nimages\nhalf\\")
    assert list(session(tmp_path / "history").load_history_strings()) == ["half\\", "images", "\ufffd\ufffd", "ps"]


def test_without_a_file_that_can_be_written_the_session_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path, tmp_path / "file" / "history"):  # a folder; below a file
        history = session(path)
        assert list(history.load_history_strings()) == []
        history.append_string("ps")
        assert history.get_strings() == ["ps"]


@pytest.mark.parametrize("entry", ["ps", "a\nb", "a\\nb", "C:\\new\\", "\\\n\\", "\\\\\n"])
def test_an_entry_survives_its_file(entry: str) -> None:
    assert "\n" not in fold(entry)
    assert unfold(fold(entry)) == entry


def test_what_a_full_disk_cut_off_does_not_run_into_the_next_line(tmp_path: Path) -> None:
    (tmp_path / "history").write_bytes(b"ps\nrm -f ")
    session(tmp_path / "history").append_string("images")
    assert list(session(tmp_path / "history").load_history_strings()) == ["images", "rm -f ", "ps"]


CORRUPT = {
    "nothing but bytes": bytes(range(256)) * 100,
    "zeros": b"\0" * 1_000_000,
    "one row without an end": b"x" * 1_000_000,
}


@pytest.mark.parametrize("content", CORRUPT.values(), ids=CORRUPT)
def test_a_corrupt_file_is_read_and_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history").write_bytes(content)
    history = session(tmp_path / "history")
    assert not any("\0" in line for line in history.load_history_strings())
    history.append_string("ps")
    assert next(iter(session(tmp_path / "history").load_history_strings())) == "ps"
    assert history.take_trouble() is None


def test_of_a_gigabyte_only_the_end_is_read(tmp_path: Path) -> None:
    with (tmp_path / "history").open("wb") as file:
        file.seek(1_000_000_000)
        file.write(b"\nps\n")
    assert list(session(tmp_path / "history").load_history_strings()) == ["ps"]


def absent_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_bytes(b"")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def full(path: Path) -> None:
    path.symlink_to("/dev/full")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("make", [Path.mkdir, absent_folder, pipe, full])
def test_what_is_no_file_holds_nobody_up(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """The session goes on, and says so once."""
    path = tmp_path / "state" / "history"
    path.parent.mkdir()
    make(path)
    history = session(path)
    assert list(history.load_history_strings()) == []
    for line in ("ps", "images"):
        history.append_string(line)
    assert history.get_strings() == ["ps", "images"]
    assert history.take_trouble() is not None
    history.append_string("ps -a")
    assert history.take_trouble() is None


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_several_shells_at_once_lose_nothing(tmp_path: Path) -> None:
    """Entries are longer than a page or a pipe's buffer, and come back whole and once.

    Who looks at the file's end while another one's entry is half there ends that row for it: an empty row, no entry.
    """
    path = tmp_path / "state" / "history"
    shells, count = 10, 20
    wanted = {
        f"{shell}-{number} " + chr(97 + shell) * (number * 500) for shell in range(shells) for number in range(count)
    }

    def type_all(shell: int) -> None:
        history = session(path)
        for line in sorted(wanted):
            if line.startswith(f"{shell}-"):
                history.store_string(line)

    processes = [get_context("fork").Process(target=type_all, args=[shell]) for shell in range(shells)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    kept = [row for row in path.read_text().splitlines() if row]
    assert sorted(kept) == sorted(wanted)


def test_grey_suggestions_show_no_secret(tmp_path: Path) -> None:
    history = session(tmp_path / "history")
    for line in ("ps -a", "login -p hunter2"):
        history.append_string(line)
    suggest, buffer = Suggest(lambda text: "hunter2" in text), Buffer(history=history)
    found = [suggest.get_suggestion(buffer, Document(text)) for text in ("ps", "login")]
    assert [each and each.text for each in found] == [" -a", None]
