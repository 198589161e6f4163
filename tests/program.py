"""dshell itself as tests start it: one line, or the REPL in a pseudo-terminal, with a home of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.screen import Screen

ARGV = [sys.executable, "-m", "dshell"]
ARROW = "▸"


@dataclass(frozen=True)
class Program:
    """dshell against the engine at ``host``; config and history live below ``home``."""

    host: str
    home: Path
    language: str = "en"
    tips: str = "no"

    @property
    def argv(self) -> Sequence[str]:
        return ARGV

    @property
    def env(self) -> Mapping[str, str | None]:
        return {
            "DOCKER_HOST": self.host,
            "DOCKER_CONFIG": str(self.home / "docker"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_CONFIG_HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home),
            "DSHELL_LANG": self.language,
            "DSHELL_TIPS": self.tips,
            "NO_COLOR": None,
        }

    def once(self, *words: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        """``dshell WORDS`` on pipes."""
        env = {name: value for name, value in {**os.environ, **self.env}.items() if value is not None}
        return subprocess.run([*self.argv, *words], env=env, input=input, capture_output=True, check=False, timeout=120)

    @contextmanager
    def screen(self, *words: str, columns: int = 100, lines: int = 40) -> Iterator[Screen]:
        """``dshell WORDS`` in a terminal; no words: the REPL."""
        with Screen([*self.argv, *words], self.env, columns=columns, lines=lines, cwd=self.home) as screen:
            yield screen

    @contextmanager
    def repl(self, columns: int = 100, lines: int = 40) -> Iterator[Repl]:
        with self.screen(columns=columns, lines=lines) as screen:
            screen.expect(ARROW)
            yield Repl(screen)


@dataclass(frozen=True)
class Repl:
    """A REPL in a terminal that stands at its prompt."""

    screen: Screen

    def run(self, line: str, timeout: float = 60) -> str:
        """Type ``line``; what it left on the screen, when the next prompt is there."""
        start = self.here()
        self.screen.send(line + "\r")
        self.next_prompt(start, timeout)
        return self.screen.text(start)

    def here(self) -> int:
        """The row of the newest prompt, as ``Screen.here`` counts: the cursor is elsewhere while all is painted."""
        rows = self.screen.text().split("\n")
        return max(number for number, row in enumerate(rows) if ARROW in row)

    def at_rest(self) -> int:
        """The same, once nothing is typed there: while news are told above it, an older prompt is the newest."""
        found = self.screen.expect(re.compile(rf"{ARROW} *$(?![\s\S]*{ARROW})", re.M))
        return found.string.count("\n", 0, found.start())

    def next_prompt(self, start: int, timeout: float = 60) -> None:
        """Wait for the prompt after the one in line ``start``."""
        self.screen.expect(re.compile(f"{ARROW}.*\n(?:.*\n)*.*{ARROW}"), timeout, start)
