"""Notes of a session: given lines, what came of them and a word, expect a page, a script, a compose file. No secret."""

from __future__ import annotations

import html.parser
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from dshell.errors import Failure, Trouble
from dshell.events import Asked, Ended, Event, Failed, LayerProgress
from dshell.foreseen import Instead
from dshell.line.parse import parse
from dshell.line.secrets import masked, secrets
from dshell.shell.notebook import Notebook
from dshell.teach.notes_page import coded, fenced
from dshell.teach.texts import languages
from tests.program import Program
from tests.shell_parts import GRAMMAR, Paper, own_words

DAY = datetime(2026, 1, 2, 3, 4)
ENDED = Ended("calm_bell", "alpine", ("echo", "hi"), 0, 0.2)
MISSING = Failed(
    Failure(Trouble.REFUSED, "No such container: nosuch", 404, subject="nosuch"), "exec", 1, "exec nosuch sh"
)


class Session:
    def __init__(self, language: str = "en") -> None:
        self.paper = Paper(100)
        own = own_words(self.paper, language)
        self.notebook = Notebook(lambda: own, lambda: DAY)

    def type(self, line: str, code: int = 0, *events: Event, stands_for: str = "") -> None:
        self.notebook.begin(line)
        if stands_for:
            self.notebook.stands_for(stands_for)
        for event in events:
            self.notebook.hear(event)
        self.notebook.end(code)

    def do(self, line: str) -> int:
        self.paper.written.clear()
        return self.notebook.do([word.text for word in parse(line, GRAMMAR).commands[0].words[1:]])

    @property
    def text(self) -> str:
        return self.paper.text()


@pytest.fixture
def session() -> Session:
    made = Session()
    made.type("run --rm alpine echo hi", 0, Asked("run", "alpine:latest"), LayerProgress("a", "Waiting"), ENDED)
    made.type("exec nosuch sh", 1, MISSING)
    made.type("run -d --name db -e DB_PASSWORD=hunter2 -v data:/x alpine sh -c 'echo hunter2'")
    made.type("cd /tmp")
    made.type("help run")
    made.type(" run -e A=not-noted alpine")
    made.type("ls | wc -l")
    return made


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("docker login -u me -p hunter2", "docker login -u me -p ***", ["hunter2"]),
        ("login --password=hunter2 host", "login --password=*** host", ["hunter2"]),
        ("run -e DB_PASSWORD=hunter2 -e A=b alpine", "run -e DB_PASSWORD=*** -e A=b alpine", ["hunter2"]),
        ("run --env=API_KEY=abc alpine", "run --env=API_KEY=*** alpine", ["abc"]),
        ("run -e 'API_KEY=a b' alpine", "run -e 'API_KEY=***' alpine", None),
        ('run -e my_token="a b" alpine', "run -e my_token=*** alpine", ["a b"]),
        ("build --build-arg NPM_SECRET=xyz .", "build --build-arg NPM_SECRET=*** .", ["xyz"]),
        ("export DB_PASSWORD=hunter2", "export DB_PASSWORD=***", ["hunter2"]),
        ("exec db mysql --password=hunter2", "exec db mysql --password=***", ["hunter2"]),
        ("git clone https://me:hunter2@host/x", "git clone https://me:***@host/x", ["hunter2"]),
        ("echo hunter2 | docker secret create s -", "echo *** | docker secret create s -", ["hunter2"]),
        ("echo -n hunter2 | docker login --password-stdin", "echo -n *** | docker login --password-stdin", ["hunter2"]),
        ("docker config create c - <<< hunter2", "docker config create c - <<< ***", ["hunter2"]),
        ("run alpine sh -c 'export SECRET=hunter2'", "run alpine sh -c 'export SECRET=***'", ["hunter2"]),
        ("run -e DB_PASSWORD=$PW -e DB_PASSWORD alpine", "run -e DB_PASSWORD=$PW -e DB_PASSWORD alpine", []),
        ("run -p 80:80 -l key=value alpine", "run -p 80:80 -l key=value alpine", []),
        (f"echo {'x' * 9995} curl -u me:hunter2 host", f"echo {'x' * 9995}***", None),
    ],
)
def test_secrets_are_masked_where_they_stand(line: str, text: str, found: list[str] | None) -> None:
    parsed = parse(line, GRAMMAR)
    assert masked(parsed) == text
    assert found is None or secrets(parsed) == found


class TestPages:
    def test_markdown(self, session: Session) -> None:
        assert session.do("notes comment 1 it's the first: `so`") == 0
        assert session.do("notes") == 0
        page = session.text
        assert page.startswith("# Notes of a dshell session\n\n2026-01-02 03:04\n\n## 1. `run --rm alpine echo hi`\n")
        assert "\n> it's the first: `so`\n" in page
        assert "\n- `--rm` deletes the container when it ends" in page
        assert "```text\n1 dshell → daemon   asks" in page
        assert "✔ it worked (exit code 0)" in page
        assert "## 2. `exec nosuch sh`" in page
        assert "✘ it failed with exit code 1" in page
        assert "no container nosuch" in page
        assert "## 4. `cd /tmp`" in page
        assert "## 5. `ls | wc -l`" in page
        assert "help run" not in page
        assert "not-noted" not in page

    @pytest.mark.parametrize("option", ["", "--html", "--script", "--compose"])
    def test_no_page_has_a_secret(self, session: Session, option: str) -> None:
        assert session.do(f"notes {option}") == 0
        assert session.text
        assert "hunter2" not in session.text

    def test_html_is_whole_and_nothing_in_it_is_obeyed(self, session: Session) -> None:
        session.type("run alpine echo '<script>alert(1)</script>'")
        session.do("notes comment 1 <b>&")
        assert session.do("notes --html") == 0
        opened: list[str] = []

        class Reader(html.parser.HTMLParser):
            def handle_starttag(self, tag: str, attrs: object) -> None:
                if tag not in {"meta", "!doctype"}:
                    opened.append(tag)
                assert tag not in {"script", "b"}

            def handle_endtag(self, tag: str) -> None:
                assert opened.pop() == tag

        Reader().feed(session.text)
        assert opened == []

    @pytest.mark.parametrize("language", languages())
    def test_in_each_language(self, language: str) -> None:
        session = Session(language)
        session.type("run alpine", 0, ENDED)
        assert session.do("notes list") == 0
        assert session.do("notes --html") == 0
        assert f'<html lang="{language}">' in session.text
        assert "sheet." not in session.text

    def test_a_script_of_what_worked_runs(self, tmp_path: Path) -> None:
        session, file = Session(), tmp_path / "course.sh"
        session.type("docker login -u me -p hunter2")
        session.type("false", 1)
        session.type("cd /")
        session.type("pwd && echo done")
        session.type("version --format x")
        session.do("notes strike 5")
        assert session.do(f"notes {file}") == 0
        text = file.read_text()
        assert "\n# docker login -u me -p '***'\n" in text
        assert "false" not in text
        assert "version" not in text
        assert os.access(file, os.X_OK)
        done = subprocess.run([file], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "/\ndone\n")

    def test_docker_is_put_before_docker_s_words(self, session: Session) -> None:
        assert session.do("notes --script") == 0
        assert "\ndocker run --rm alpine echo hi\n" in session.text


class TestCompose:
    def services(self, *typed: str) -> dict[str, object] | None:
        session = Session()
        for line in typed:
            session.type(line)
        code = session.do("notes --compose")
        found: dict[str, object] | None = yaml.safe_load(session.text) if code == 0 else None
        return found

    def test_run_lines_become_services(self) -> None:
        found = self.services(
            "network create net",
            "run -d --name web -p 8080:80 --network net -v $PWD/src:/app:ro nginx",
            "docker run -d --name db -e DB_PASSWORD=hunter2 -e MODE=fast -v data:/x postgres:16 -c fsync=off",
        )
        assert found == {
            "services": {
                "web": {
                    "image": "nginx",
                    "container_name": "web",
                    "ports": ["8080:80"],
                    "networks": {"net": {}},
                    "volumes": ["./src:/app:ro"],
                },
                "db": {
                    "image": "postgres:16",
                    "container_name": "db",
                    "environment": {"DB_PASSWORD": None, "MODE": "fast"},
                    "volumes": ["data:/x"],
                    "command": ["-c", "fsync=off"],
                    "network_mode": "bridge",
                },
            },
            "networks": {"net": {"name": "net"}},
            "volumes": {"data": {"name": "data"}},
        }

    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            (["run alpine echo hi"], []),
            (["run --rm -d alpine sleep 9"], []),
            (["run -d nginx", "run -d nginx"], ["nginx", "nginx2"]),
            (["run -d --name web nginx", "rm -f web"], []),
            (["run -d --name web nginx", "rm -f web", "run -d --name web alpine"], ["web"]),
            (["create --name later alpine"], ["later"]),
            (["run -d --name web nginx | cat"], []),
        ],
    )
    def test_those_that_were_meant_to_stay(self, typed: list[str], names: list[str]) -> None:
        found = self.services(*typed)
        services = found["services"] if found else {}
        assert isinstance(services, dict)
        assert list(services) == names


class TestWord:
    def test_a_line_is_struck_and_taken_back(self, session: Session) -> None:
        assert session.do("notes strike 1 2") == 0
        session.do("notes")
        assert "## 1." not in session.text
        session.do("notes strike 1")
        session.do("notes")
        assert "## 1." in session.text
        assert "## 2." not in session.text

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("notes strike 99", "no line 99"),
            ("notes strike x", "no line x"),
            ("notes strike ²", "no line ²"),
            (f"notes strike {'9' * 5000}", "no line 9"),
            ("notes ~nosuchuser/x.md", "cannot be written"),
            ("notes comment 99 hello", "no line 99"),
            ("notes --pdf x", "notes shows what was typed"),
            ("notes a b c", "notes shows what was typed"),
            ("notes /nowhere/at/all.md", "cannot be written"),
        ],
    )
    def test_what_cannot_be(self, session: Session, line: str, said: str) -> None:
        assert session.do(line) == 1
        assert said in " ".join(session.text.split())

    @pytest.mark.parametrize("line", ["notes", "notes list", "notes --compose"])
    def test_of_nothing(self, line: str) -> None:
        assert Session().do(line) == 1

    def test_a_file_of_somebody_else_stays(self, session: Session, tmp_path: Path) -> None:
        file = tmp_path / "notes.md"
        file.write_text("mine")
        assert session.do(f"notes {file}") == 1
        assert file.read_text() == "mine"
        file.unlink()
        assert session.do(f"notes {file}") == 0
        assert session.do(f"notes {file}") == 0, "its own may be written again"

    def test_what_was_taken_in_the_place_of_a_line_is_noted(self) -> None:
        session = Session()
        typed, chosen = "run -d -p 80:80 nginx", "run -d -p 81:80 nginx"
        session.type(f"docker pull nginx && docker {typed}", 0, Instead(typed, chosen))
        session.do("notes --script")
        assert f"docker pull nginx && docker {chosen}" in session.text
        assert "80:80" not in session.text.replace("81:80", "")

    def test_a_favourite_is_noted_as_its_line(self) -> None:
        session = Session()
        session.type("fav web", 0, stands_for="run -d nginx")
        session.do("notes --script")
        assert "docker run -d nginx" in session.text


@pytest.mark.parametrize(("text", "code"), [("a", "`a`"), ("a `b`", "`` a `b` ``"), ("``", "``` `` ```")])
def test_backticks(text: str, code: str) -> None:
    assert coded(text) == code


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("```\nx\n```", "sh").startswith("````sh\n")


def test_in_a_session(engine_host: str, tmp_path: Path) -> None:
    with Program(engine_host, tmp_path).repl(100, 40) as repl:
        repl.run("run --rm alpine echo hello")
        repl.run("config set alias.hi 'run --rm alpine echo alias'")
        repl.run("hi")
        repl.run("exec nosuch sh")
        repl.run("notes comment 1 l'essai")
        assert "written" in repl.run("notes course.md")
    page = (tmp_path / "course.md").read_text()
    heads = [row for row in page.splitlines() if row.startswith("## ")]
    assert heads == [
        "## 1. `run --rm alpine echo hello`",
        "## 2. `run --rm alpine echo alias`",
        "## 3. `exec nosuch sh`",
    ]
    assert "> l'essai" in page
    assert "✘ there is no container nosuch" in page
