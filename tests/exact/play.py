"""A line of the corpus played: a fresh folder and home, the recorder as its engine, pipes or a pseudo-terminal, and a
person who types, waits and sends signals. What was asked, said and left behind is the ``Take``."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import struct
import tempfile
import termios
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.exact.cases import Case, Step
from tests.exact.kept import Entry
from tests.exact.recorder import Recorder
from tests.exact.tools import Running, Start, Tool

PATIENCE = 3.0  # seconds that a step of a script is waited for
ENVIRON = {
    "PATH": os.environ.get("PATH", ""),
    "TERM": "xterm-256color",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "FROM_HOME": "from home",
    "EMPTY": "",
}


class Take(NamedTuple):
    """``said``: by name, "out" and "err", or "screen" for what came on a terminal. ``files``: those that are new."""

    code: int
    said: Mapping[str, bytes]
    entries: list[Entry]
    files: Mapping[str, str]
    missed: Step | None


class Collected:
    """Bytes that arrive on ``descriptor``, until its end."""

    def __init__(self, descriptor: int) -> None:
        self.data = b""
        self._changed = threading.Condition()
        self._descriptor = descriptor
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        while True:
            try:
                data = os.read(self._descriptor, 65536)
            except OSError:  # a terminal that nobody has open any more
                return
            if not data:
                return
            with self._changed:
                self.data += data
                self._changed.notify_all()

    def expect(self, text: str) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: text.encode() in self.data, PATIENCE)

    def finish(self) -> bytes:
        """What has come; a terminal that others hold open has no end of its own."""
        self._thread.join(0.5)
        return self.data


class Stage:
    """Where lines are played, one after the other, by ``tool``."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self.base = Path(tempfile.mkdtemp(prefix="dx"))  # short: the path of a socket has an end
        self.folder, self.home = self.base / "work", self.base / "home"
        self.recorder = Recorder(self.base / "e.sock")

    def close(self) -> None:
        self.recorder.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def play(self, case: Case) -> Take:
        self.recorder.reset(case.engine)
        environ = self._prepare(case)
        before = set(self._files())
        performance = _Performance(case, self.recorder)
        words = [
            word.replace("{CWD}", str(self.folder)).replace("{SOCK}", str(self.recorder.path)) for word in case.words
        ]
        code = performance.run(self._tool, words, environ, str(self.folder))
        self.recorder.settle()
        files = {name: (self.folder / name).read_text() for name in self._files() if name not in before}
        said = {name: collected.finish() for name, collected in performance.said.items()}
        performance.close()
        return Take(code, said, self.recorder.entries, files, performance.missed)

    def _files(self) -> list[str]:
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]

    def _prepare(self, case: Case) -> dict[str, str]:
        for folder in (self.folder, self.home):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        (self.home / ".docker").mkdir()
        for name, content in case.files.items():
            path = self.folder / name.rstrip("*")
            if name.endswith("/"):
                path.mkdir(parents=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode(errors="surrogateescape"))
            path.chmod(0o755 if name.endswith("*") else 0o644)
        if case.config is not None:
            text = case.config if isinstance(case.config, str) else json.dumps(case.config)
            (self.home / ".docker" / "config.json").write_text(text.replace("{SOCK}", str(self.recorder.path)))
        own = {
            "HOME": str(self.home),
            "PWD": str(self.folder),
            "DOCKER_CONFIG": str(self.home / ".docker"),
            "DOCKER_HOST": f"unix://{self.recorder.path}",
        }
        changes = {name: value.replace("{CWD}", str(self.folder)) for name, value in case.environ.items()}
        return {**ENVIRON, **own, **changes}


class _Performance:
    """One line on its pipes or its terminal."""

    def __init__(self, case: Case, recorder: Recorder) -> None:
        self._case = case
        self._recorder = recorder
        self._open: list[int] = []
        self._master = -1
        self._input = -1
        self.said: dict[str, Collected] = {}
        self.missed: Step | None = None

    def run(self, tool: Tool, words: list[str], environ: Mapping[str, str], folder: str) -> int:
        files = self._files()
        with_terminal = self._case.terminal in {"all", "in"}
        running = tool.start(Start(words, environ, folder, files, with_terminal))
        for file in set(files):
            os.close(file)
        person = threading.Thread(target=self._act, args=(running,), daemon=True)
        person.start()
        try:
            return running.wait()
        except TimeoutError:
            return -99
        finally:
            self._over = True
            person.join(PATIENCE + 1)

    def close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)

    def _files(self) -> tuple[int, int, int]:
        slave = -1
        if self._case.terminal:
            self._master, slave = os.openpty()
            self._open.append(self._master)
            _set_size(slave, *self._case.size)
            self.said["screen"] = Collected(self._master)
        stdin = slave
        if self._case.terminal not in {"all", "in"}:
            stdin, self._input = os.pipe()
        if self._case.terminal in {"all", "out"}:
            return stdin, slave, slave
        return stdin, self._pipe("out"), self._pipe("err")

    def _pipe(self, name: str) -> int:
        read, write = os.pipe()
        self._open.append(read)
        self.said[name] = Collected(read)
        return write

    def _act(self, running: Running) -> None:
        self._over = False
        if self._input >= 0:
            with suppress(BrokenPipeError):
                os.write(self._input, self._case.input.encode())
            if not any("send" in step or "end" in step for step in self._case.script):
                self._end_input()
        for step in self._case.script:
            if not self._do(step, running):
                self.missed = step
                break
        if self._input >= 0:
            self._end_input()

    def _end_input(self) -> None:
        os.close(self._input)
        self._input = -1

    def _do(self, step: Step, running: Running) -> bool:
        [(kind, value)] = step.items()
        match kind:
            case "await":
                return self._recorder.await_request(value, PATIENCE)
            case "expect":
                return self.said["screen" if "screen" in self.said else "out"].expect(value)
            case "send":
                os.write(self._master if self._input < 0 else self._input, value.encode())
            case "end":
                self._end_input()
            case "signal":
                os.kill(running.pid, signal.Signals[f"SIG{value}"])
            case "size":
                _set_size(self._master, *value)
            case "pause":
                time.sleep(value)
        return True


def _set_size(descriptor: int, lines: int, columns: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
