"""The REPL as a person sees it, in a real terminal and on a real engine."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.program import ARGV, Program, Repl
from tests.screen import Screen

UP, RIGHT, CTRL_R, CTRL_C, F2, F3 = "\x1b[A", "\x1b[C", "\x12", "\x03", "\x1bOQ", "\x1bOR"
COLOUR = rb"\x1b\[(?:[0-9]+;)*[34][0-7](?:;[0-9]+)*m"
SPACE = "[ \N{NO-BREAK SPACE}]"

LOOK = {
    "en": (r"a docker line .*; help lists all", r"engine up · \d+ containers? running.*F1 help.*F2.*F3"),
    "fr": (
        f"une ligne docker .*{SPACE}; help montre tout",
        r"moteur prêt · \d+ conteneurs? actifs?.*F1 aide.*F2.*F3",
    ),
}


@pytest.fixture
def program(engine_host: str, tmp_path: Path) -> Program:
    return Program(engine_host, tmp_path)


@pytest.fixture
def container(docker: Docker) -> Iterator[str]:
    name = f"seen-{uuid.uuid4().hex[:8]}"
    docker("run", "-d", "--name", name, "alpine", "sleep", "600")
    yield name
    docker("rm", "-f", name, check=False)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [80, 120])
def test_the_first_look(engine_host: str, tmp_path: Path, language: str, columns: int) -> None:
    hint, bar = LOOK[language]
    with Program(engine_host, tmp_path, language).repl(columns, 24) as repl:
        repl.screen.expect(re.compile(bar))
        rows = repl.screen.text().split("\n")
        assert re.match(r" \S+ .*▸ *$", rows[0])
        assert re.match(f" +{hint}", rows[1])
        assert len(rows) == 24, "the bar is the last row"
        assert re.search(bar, rows[-1])


def test_at_40_columns_it_still_works(program: Program) -> None:
    with program.repl(40, 12) as repl:
        repl.screen.expect(re.compile(r"engine up.*F1.*F2.*F3"))
        said = repl.run("run --rm alpine echo hello-there")
        assert re.search("^hello-there$", said, re.MULTILINE)


def test_names_that_exist_are_completed(program: Program, container: str) -> None:
    with program.repl(100, 24) as repl:
        repl.screen.expect("engine up")
        repl.screen.send(f"stop {container[:-3]}\t")
        repl.screen.expect(f"▸ stop {container} ")
        repl.screen.send(CTRL_C + "run --rest\t")
        repl.screen.expect("▸ run --restart ")


def test_the_menu_says_what_each_flag_does(program: Program) -> None:
    with program.repl(100, 24) as repl:
        repl.screen.send("run --r\t")
        repl.screen.expect(re.compile(r"--rm +deletes the container"))
        repl.screen.send("\t")
        repl.screen.expect("▸ run --rm")
        repl.screen.send("\r")
        repl.screen.expect("next: IMAGE")  # Enter took the word and did not run the line


def test_a_tab_that_finds_nothing_leaves_the_hint(program: Program) -> None:
    with program.repl(100, 24) as repl:
        for line, hint in (("run alpine x ", "given to the program"), ("lang xx", "lang  "), ("exit ", "exit  ")):
            repl.screen.send(CTRL_C + line)
            repl.screen.expect(re.compile(f"▸ {line} *\n +{re.escape(hint)}"))
            repl.screen.send("\tx")
            repl.screen.expect(re.compile(f"▸ {line}x"))
            repl.screen.send("\x7f\t")
            repl.screen.expect(re.compile(f"▸ {line} *\n +{re.escape(hint)}"))


def test_the_bar_follows_the_engine(program: Program, docker: Docker, container: str) -> None:
    count = re.compile(r"engine up · (\d+) container")
    with program.repl(100, 24) as repl:
        before = int(repl.screen.expect(count)[1])
        docker("rm", "-f", container)
        repl.screen.expect(re.compile(f"engine up · {before - 1} container"))


def test_without_an_engine_the_prompt_is_there_all_the_same(tmp_path: Path) -> None:
    with Program(f"unix://{tmp_path}/nobody.sock", tmp_path).repl(100, 24) as repl:
        repl.screen.expect("engine not reached")
        repl.screen.send("exit 3\r")
        assert repl.screen.wait() == 3


def test_earlier_lines_come_back(program: Program) -> None:
    with program.repl(100, 24) as repl:
        repl.run("!echo first")
        repl.run("!echo second")
        here = repl.here()
        repl.screen.send(UP + UP)
        repl.screen.expect("▸ !echo first", start=here)
        repl.screen.send(CTRL_C + CTRL_R + "sec")
        repl.screen.expect("▸ !echo second", start=here + 1)
        repl.screen.send("\r")
        repl.screen.expect(re.compile("▸ !echo second\n+second"), start=here + 1)
        here = repl.here()
        repl.screen.send("!echo f")
        repl.screen.expect("▸ !echo first", start=here)  # the grey suggestion
        repl.screen.send(RIGHT + "!\r")
        repl.screen.expect(re.compile("^first!", re.MULTILINE), start=here)
    assert (program.home / "dshell" / "history").read_text(encoding="utf-8").startswith("!echo first\n!echo second\n")


def test_what_is_typed_while_a_line_runs_is_kept(program: Program) -> None:
    with program.repl(100, 24) as repl:
        start = repl.here()
        repl.screen.send("!echo go; sleep 1; echo done\r")
        repl.screen.expect(re.compile("^go", re.MULTILINE), start=start)
        repl.screen.send("!echo typed ahead\r")
        repl.screen.expect(re.compile("^done", re.MULTILINE), start=start)
        repl.screen.expect(re.compile("^typed ahead", re.MULTILINE), start=start)


def test_what_is_typed_behind_enter_is_for_who_reads_the_terminal_next(program: Program) -> None:
    """In one go, as by a person who types fast: a host command, a forwarded one, a container."""
    with program.repl(100, 40) as repl:
        start = repl.here()
        lines = ("!echo ab-$((5*7))", "context show", "run --rm -it alpine", "echo cd-$((6*7))", "exit 3")
        repl.screen.send("".join(f"{line}\r" for line in lines))
        for said in ("^ab-35$", "^default$", "^cd-42$", "exit code 3"):
            repl.screen.expect(re.compile(said, re.MULTILINE), start=start)


def test_what_a_forwarded_command_leaves_unread_is_for_the_next_prompt(program: Program) -> None:
    with program.repl(100, 40) as repl:
        start = repl.here()
        repl.screen.send("volume ls -q\rbuildx version\r!echo ab-$((5*7))\rnetwork ls -q")
        repl.screen.expect(re.compile("^ab-35$", re.MULTILINE), start=start)
        repl.screen.expect(re.compile("▸ network ls -q", re.MULTILINE), start=start)
        repl.screen.send("\x15exit 4\r")
        assert repl.screen.wait() == 4


def test_a_paste_of_200_rows_is_one_input_that_enter_runs_row_by_row(program: Program) -> None:
    with program.repl(100, 40) as repl:
        start = repl.here()
        rows = [f"!: row {number}" for number in range(199)]
        pasted = "\r".join([*rows, "!echo ab-$((5*7))"])
        repl.screen.send(f"\x1b[200~{pasted}\x1b[201~")
        repl.screen.expect("echo ab-$((5*7))", start=start)
        assert "ab-35" not in repl.screen.text(start)
        repl.screen.send("\r!echo cd-$((6*7))\r")
        repl.screen.expect(re.compile("^ab-35$", re.MULTILINE), start=start)
        repl.screen.expect(re.compile("^cd-42$", re.MULTILINE), start=start)


def test_the_prompt_begins_its_own_row(program: Program) -> None:
    with program.repl(100, 24) as repl:
        said = repl.run("!printf no-end")
        assert re.match("no-end⏎\n\n .*▸", "\n".join(said.split("\n")[1:4]))
        assert "⏎" not in repl.run("!echo an end")


def test_ctrl_c_that_a_program_ignores_leaves_it_running_and_says_so(program: Program, docker: Docker) -> None:
    name = f"deaf-{uuid.uuid4().hex[:8]}"
    with program.repl(100, 40) as repl:
        start = repl.here()
        repl.screen.send(f"run --name {name} alpine sleep 600\r")
        repl.screen.expect(re.compile("4 daemon → dshell|3 daemon → dshell"), start=start)
        for echoed in range(1, 4):
            time.sleep(0.3)  # a person's pace: signals that come at once are one, and may meet its start
            repl.screen.send(CTRL_C)
            repl.screen.expect("^C" * echoed, start=start)
        repl.screen.expect(
            re.compile(rf"^ *✔ you left {name}; it goes on running\n +attach {name} ", re.M), start=start
        )
    docker("rm", "-f", name)


def test_one_empty_row_parts_what_was_told_from_the_prompt(program: Program) -> None:
    with program.repl(100, 24) as repl:
        repl.run("!echo told")
        repl.screen.send("\r" + CTRL_C)  # nothing was done: nothing to part from
        repl.screen.send("!echo on")
        repl.screen.expect("▸ !echo on")
        rows = [row.rstrip() for row in repl.screen.text().split("\n")]
        after = rows[rows.index("told") + 1 :]
        assert [bool(row) for row in after[:4]] == [False, True, True, True]


def test_f2_and_f3_leave_the_line_alone(program: Program) -> None:
    with program.repl(120, 24) as repl:
        repl.screen.send("run al")
        repl.screen.expect("▸ run al")
        repl.screen.send(F2)
        repl.screen.expect("explanations: off")
        repl.screen.send(F3)
        repl.screen.expect(re.compile(f"explications{SPACE}: aucune"))
        repl.screen.expect("▸ run al")


def test_a_line_that_can_never_run_stays_and_says_why(program: Program) -> None:
    with program.repl(100, 24) as repl:
        repl.screen.send("run --name\r")
        repl.screen.expect("--name needs a value")
        repl.screen.send(" web2 --rm alpine echo made-it\r")
        repl.screen.expect(re.compile("^made-it", re.MULTILINE))


def test_an_open_quote_asks_for_another_row(program: Program) -> None:
    with program.repl(100, 24) as repl:
        repl.screen.send("!echo 'one\r")
        repl.screen.expect(re.compile(r"^ +▸ $", re.MULTILINE))
        repl.screen.send("two'\r")
        repl.screen.expect(re.compile("^one\ntwo", re.MULTILINE))


@pytest.mark.parametrize(("line", "code"), [("!exit 7", 7), ("run --rm alpine sh -c 'exit 42'", 42)])
def test_ctrl_d_leaves_with_the_code_of_the_last_line(program: Program, line: str, code: int) -> None:
    with program.repl(100, 24) as repl:
        repl.run(line)
        repl.screen.send("\x04")
        assert repl.screen.wait() == code


def test_no_color_means_none(program: Program) -> None:
    with program.screen(columns=100, lines=24) as screen:
        screen.expect("engine up")
        assert re.search(COLOUR, screen.raw), "there are colours to be left out"
    with Screen(ARGV, {**program.env, "NO_COLOR": "1"}, columns=100, lines=24) as screen:
        screen.expect("engine up")
        assert not re.search(COLOUR, screen.raw)


BIND = {
    "en": r"\./src:/app:ro  the folder \S+/src of this machine \(it exists\) → /app in the container, read only",
    "fr": r"\./src:/app:ro  le dossier \S+/src de cette machine \(il existe\) → /app dans le conteneur, en lecture",
}
FLAG = {
    "en": "did you mean --name\\? dshell knows no flag --nmae here",
    "fr": f"plutôt --name{SPACE}\\? dshell ne connaît pas d'option --nmae ici",
}


def folded(repl: Repl) -> str:
    """The screen with rows that go on joined."""
    return re.sub(r" *\n +", " ", repl.screen.text())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [80, 120])
def test_what_is_typed_is_explained_and_checked(engine_host: str, tmp_path: Path, language: str, columns: int) -> None:
    (tmp_path / "src").mkdir()
    with Program(engine_host, tmp_path, language).repl(columns, 24) as repl:
        repl.screen.send("run -v ./src:/app:ro")
        repl.screen.expect(re.compile(r"\((it|il)\s+exist"))
        assert re.search(BIND[language], folded(repl))
        repl.screen.send(CTRL_C + "run --nmae ")
        repl.screen.expect(re.compile("did you mean|plutôt"))
        assert re.search(FLAG[language], folded(repl))
        assert re.search(rb"\x1b\[0;(?:31;4|4;31)m--nmae", repl.screen.raw), "red and underlined"


def test_what_the_daemon_has_is_told(program: Program, container: str) -> None:
    with program.repl(120, 24) as repl:
        repl.screen.expect("engine up")
        repl.screen.send("run alpine")
        repl.screen.expect(re.compile(r"the image alpine:latest: it is here, [\d.]+.MB, runs /bin/sh"))
        repl.screen.send(CTRL_C + f"logs {container}")
        repl.screen.expect(re.compile(f"the container {container}: running for .*, from alpine"))
        repl.screen.send(CTRL_C + "start alpine ")
        repl.screen.expect("alpine is an image; ")
