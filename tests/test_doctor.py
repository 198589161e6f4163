"""What the doctor finds in which surroundings, how it is told, and what it never says."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.doctor import engines
from dshell.doctor.discretion import Discretion, bare
from dshell.doctor.doctor import examined
from dshell.doctor.facts import Facts
from dshell.doctor.findings import Level
from dshell.doctor.page import page
from dshell.engine.records import Endpoint
from dshell.errors import Failure, Trouble
from dshell.teach.layout import Scene, Symbols
from dshell.teach.texts import languages, load, section
from tests.patients import (
    BY_HOST,
    CASES,
    DESKTOP,
    FINE,
    HOME,
    MARKER,
    UNIX,
    WELL,
    facts,
    findings,
    silent,
    up,
)


@pytest.mark.parametrize(("given", "expected", "line"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_findings(given: Facts, expected: list[tuple[str, Level, str]], line: str) -> None:
    found = findings(given)
    for key, level, fix in expected:
        assert (found[key].level, found[key].fix) == (level, fix), key
    worse = {key for key, finding in found.items() if finding.level >= Level.WARNING}
    assert worse <= {key for key, _, _ in expected}
    lines = {finding.line for finding in found.values()}
    assert line in lines


def test_a_healthy_machine_has_nothing_to_mend() -> None:
    assert list(findings(WELL)) == FINE.split()


def test_the_practice_engine_is_no_leftover() -> None:
    environ = {"DOCKER_HOST": "unix:///run/dshell-practice/docker.sock", "DSHELL_DAEMON": "practice"}
    used = up(Endpoint("default", environ["DOCKER_HOST"], "DOCKER_HOST"), used=True)
    assert "host-overrides" not in findings(facts(environ=environ, engines=(used,), current_context="x"))


class TestPage:
    @pytest.mark.parametrize("language", languages())
    def test_every_finding_and_every_fix_is_said(self, language: str) -> None:
        """Both ways: no key without a sentence, no sentence that nothing leads to."""
        found = [
            finding for case in CASES for chapter in examined(case[1], Discretion(HOME)) for finding in chapter.findings
        ]
        keys = {f"doctor.found.{finding.key}" for finding in found}
        fixes = {f"doctor.fix.{finding.fix}" for finding in found if finding.fix}
        texts = section(language, "doctor")
        assert keys | fixes == {key for key in texts if key.startswith(("doctor.found.", "doctor.fix."))}
        say = load(language).say
        for finding in found:
            for key in filter(None, (f"doctor.found.{finding.key}", finding.fix and f"doctor.fix.{finding.fix}")):
                assert say(key, **finding.slots) != key, f"{key} has a slot that its finding does not fill"

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("columns", [40, 80, 110])
    @pytest.mark.parametrize("symbols", Symbols)
    def test_rows_fit(self, language: str, columns: int, symbols: Symbols) -> None:
        scene = Scene(load(language), symbols=symbols, width=columns)
        for case in CASES:
            for row in page(examined(case[1], Discretion(HOME)), scene):
                longest = max(map(len, row.split()), default=0)
                line = re.search("winget|powershell|docker|git|brew|sudo|context", row)  # one to run is never wrapped
                assert len(row) < columns or longest > columns // 2 or line, row
                assert row.isascii() or symbols is Symbols.UNICODE or language == "fr"

    def test_how_it_looks(self) -> None:
        given = facts(engines=(silent(DESKTOP), up(UNIX)), environ={"COMPOSE_CONVERT_WINDOWS_PATHS": "1"})
        rows = page(examined(given, Discretion(HOME)), Scene(load("en")))
        text = "\n".join(rows)
        assert "   ✘  desktop-linux, in use (currentContext), does not answer at\n" in text
        assert (
            "     why  Docker Desktop is not running\n     fix  docker desktop start\n            starts it; " in text
        )
        assert (
            "   !  default would answer, at unix:///var/run/docker.sock\n     fix  docker context use default" in text
        )
        assert "   !  COMPOSE_CONVERT_WINDOWS_PATHS=1 changes paths" in text
        assert rows[-1] == "   3 things to look at, marked ! or ✘."

    def test_another_daemon_is_named_also_when_a_variable_hides_it(self) -> None:
        given = facts(environ={"DOCKER_HOST": BY_HOST.host}, engines=(silent(BY_HOST), up(DESKTOP)))
        rows = page(examined(given, Discretion(HOME)), Scene(load("en")))
        assert "   !  desktop-linux would answer, at npipe:////./pipe/dockerDesktopLinuxEngine" in rows

    def test_what_it_says_when_all_is_well(self) -> None:
        rows = page(examined(WELL, Discretion(HOME)), Scene(load("fr")))
        assert rows[-1] == "   Rien ne gêne."
        assert len(rows) <= 30, "one page"


class TestDiscretion:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("tcp://10.0.0.1:2376", "tcp://10.0.0.1:2376"),
            ("tcp://[::1]:2376/docker", "tcp://[::1]:2376/docker"),
            ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
            ("ssh://zoe@host", "ssh://***@host"),
            ("http://zoe:pass@proxy:8080", "http://***@proxy:8080"),
            ("zoe:pass@proxy:8080", "***@proxy:8080"),
            ("http://zoe:p@ss/w#rd@proxy:8080", "http://***@proxy:8080"),
            ("tcp://host:2375?token=secret", "tcp://host:2375"),
            ("tcp://host:2375#secret", "tcp://host:2375"),
            ("http://zoe:secret", "http://***"),
            ("secret with spaces", "***"),
            ("localhost", "localhost"),
        ],
    )
    def test_addresses(self, address: str, said: str) -> None:
        assert bare(address) == said

    @pytest.mark.parametrize(
        ("home", "text", "said"),
        [
            ("/home/zoe", "/home/zoe/.bashrc", "~/.bashrc"),
            ("/home/zoe", "/home/zoe", "~"),
            ("/home/zoe", "/home/zoe2/x", "/home/***/x"),
            ("/home/zoe", "/mnt/c/Users/Zoé/bin", "/mnt/c/Users/***/bin"),
            ("/root", "/rooting", "/rooting"),
            (r"C:\Users\Zoé Dupont", r"c:\users\zoé dupont\AppData", r"~\AppData"),
            (r"C:\Users\Zoé Dupont", "/c/Users/Zoé Dupont/bin", "~/bin"),
            (r"C:\Users\Zoé Dupont", "C:/Users/Zoé Dupont/bin", "~/bin"),
            (r"C:\Users\Zoé Dupont", r"C:\Users\ZODUPO~1\Temp", r"C:\Users\***\Temp"),
            ("/", "/usr/bin", "/usr/bin"),
            ("/home/zoe", "dial ssh zoe@host: refused", "dial ssh ***@host: refused"),
        ],
    )
    def test_home_and_names(self, home: str, text: str, said: str) -> None:
        assert Discretion(home).text(text) == said

    def test_words_about_a_malformed_address_repeat_it_and_are_left_out(self) -> None:
        failure = Failure(Trouble.ADDRESS, "invalid bind address format: tcp://me:pass word@host:x")
        assert Discretion(HOME).failure(failure).words == ""


PLACES = st.sampled_from(
    [
        ("DOCKER_HOST", f"tcp://zoe:{MARKER}@127.0.0.1:1"),
        ("DOCKER_HOST", f"tcp://127.0.0.1:1?token={MARKER}"),
        ("DOCKER_HOST", f"ssh://zoe:{MARKER}@127.0.0.1"),
        ("DOCKER_HOST", f"http://zoe:{MARKER}"),
        ("DOCKER_HOST", f"zoe:{MARKER} x@127.0.0.1:1"),
        ("HTTP_PROXY", f"http://zoe:{MARKER}@proxy:8080"),
        ("https_proxy", f"zoe:{MARKER}@proxy:8080"),
        ("ALL_PROXY", f"socks5://{MARKER}@proxy#{MARKER}"),
        ("AWS_SECRET_ACCESS_KEY", MARKER),
        ("DOCKER_PASSWORD", MARKER),
        ("DSHELL_TOKEN", MARKER),
        ("GITHUB_TOKEN", MARKER),
    ]
)


@given(st.lists(PLACES, min_size=1, max_size=6))
def test_no_secret_of_the_environment_is_said(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[str, str]]
) -> None:
    """What is judged are the real endpoints of these surroundings; nobody answers there."""
    folder = tmp_path_factory.getbasetemp() / "secret-config"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(
        json.dumps({"auths": {"hub": {"auth": MARKER, "identitytoken": MARKER}}, "HttpHeaders": {"X": MARKER}})
    )
    environ = {"DOCKER_CONFIG": str(folder), "PATH": "", **dict(places)}
    used = engines.in_use(environ, "", "")
    reached = (silent(used),) if isinstance(used, Endpoint) else ()
    given = facts(environ=environ, engines=reached, unresolved=None if reached else used)
    for language in languages():
        rows = page(examined(given, Discretion(HOME)), Scene(load(language)))
        assert MARKER not in "".join(rows)
