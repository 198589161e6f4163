"""The floors of the house: who may import whom (README, "Architecture"). Reads imports, runs nothing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dshell"

FACTS = {"errors", "events", "examined", "foreseen", "survey"}
"""What floors that know nothing of each other tell each other."""

FLOORS: dict[str, set[str]] = {
    "app": {"*"},
    "mishap": {"shell", "settings", "terminal", "disarm", "errors"},  # as doctor: only app knows it
    "reach": {"shell", "doctor", "habits", "engine", "run", "settings", "terminal", *FACTS},
    "lessons": {"shell", "engine", "settings", "line", "grammar", "terminal", "errors"},  # as doctor
    "__main__": {"app", "errors"},
    "__init__": set(),
    # looks at all; only app knows it
    "doctor": {"teach", "engine", "terminal", "settings", "events", "errors", "programs", "regular"},
    "behind": {"engine", "habits", "grammar", "settings", "terminal", "programs"},
    "habits": {"teach", "line", "grammar", "settings", "pattern", "regular"},  # only app knows them
    "keeping": {"habits", "shell", "settings", "teach", "line", "grammar", "events", "errors"},  # as doctor
    "launch": set(),
    "record": set(),
    "pattern": set(),
    "regular": set(),
    "programs": set(),
    "disarm": {"pattern"},
    "settings": {"regular"},
    "shell": {
        *("run", "teach", "line", "grammar", "wire", "terminal.base", "engine.base", "engine.records"),
        *("pattern", "disarm", "regular"),
        *FACTS,
    },
    "run": {
        *("line", "grammar", "wire", "terminal.base", "stream", "engine.base", "engine.records"),
        *("pattern", "disarm", "regular", "programs"),
        *FACTS,
    },
    "teach": {"line", "grammar", "pattern", "disarm", *FACTS},
    "engine": {"stream", "wire", "errors", "survey", "pattern", "regular", "programs"},
    "stream": {"wire", "win32", "errors", "pattern", "programs"},
    "terminal": {"wire", "win32", "errors", "pattern"},
    "line": {"grammar", "pattern"},
    "grammar": {"pattern"},
    "wire": {"pattern"},
    "events": {"errors", "examined", "foreseen"},
    "examined": set(),
    "foreseen": set(),
    "survey": set(),
    "errors": set(),
    "win32": set(),
}

THIRD_PARTY: dict[str, set[str]] = {
    "prompt_toolkit": {"shell/"},
    "rich": {"shell/"},
    "yaml": {"run/compose_file.py"},
    "tomlkit": {"habits/store.py"},
    "winpty": {"stream/conpty.py"},
    "colorama": {"terminal/console.py"},
    "platformdirs": {"settings.py"},
    "psutil": {"engine/starter.py", "run/host_ports.py"},
}

# Imports inside a function: only to delay a heavy third party, and only here.
# app.py: the REPL and with it prompt_toolkit. connect.py: ssl and subprocess, which only TLS and ssh need, cost 9 ms.
# Of the standard library too what few lines need and each would wait for: 2 to 10 ms of the 60 that one line may take.
DELAYED = {
    "__main__.py",  # within a try
    "app.py",
    "mishap.py",
    "reach.py",
    "lessons.py",
    "behind.py",
    "engine/connect.py",
    "engine/facts.py",
    "engine/http.py",
    "engine/in_use.py",
    "engine/starter.py",
    "engine/url.py",
    "habits/habits.py",
    "keeping.py",
    "line/addresses.py",
    "line/numbers.py",
    "line/platforms.py",
    "run/host_ports.py",
    "run/line.py",
    "run/native/api_socket.py",
    "run/native/base.py",
    "run/native/logs.py",
    "run/pasted.py",
    "run/verbatim.py",
    "settings.py",
    "shell/builtins.py",
    "run/compose_file.py",
    "shell/progress.py",
}

QUICK = {
    "engine",
    "errors",
    "events",
    "examined",
    "foreseen",
    "grammar",
    "line",
    "programs",
    "run",
    "settings",
    "shell",
    "stream",
    "teach",
    "terminal",
}

PLATFORM = {"settings.py", "terminal/detect.py", "stream/base.py", "stream/program.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def floor(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node


def allowed(place: str, name: str) -> bool:
    target = name.removeprefix("dshell.")
    own = place if place in FLOORS else ""
    return any(entry in ("*", target) or target.startswith(entry + ".") for entry in {*FLOORS[place], own, "record"})


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    place = floor(path)
    relative = str(path.relative_to(PACKAGE)).replace("\\", "/")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, node in imported(tree):
        top = name.split(".")[0]
        if top == "dshell":
            if name.startswith("dshell.__version__"):
                continue
            assert allowed(place, name), f"{relative} may not import {name}"
        elif top not in sys.stdlib_module_names:
            homes = THIRD_PARTY.get(top, set())
            assert any(relative.startswith(home) for home in homes), f"{relative} may not import {top}"
        if getattr(node, "col_offset", 0) and not under_type_checking(tree, node):
            assert relative in DELAYED, f"{relative}: import of {name} inside a function"


def under_type_checking(tree: ast.AST, wanted: ast.AST) -> bool:
    """True for an import under a module-level ``if``: TYPE_CHECKING, or a branch on the platform."""
    return any(
        isinstance(node, ast.If) and any(wanted is inner for inner in ast.walk(node)) and node.col_offset == 0
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_platform_is_asked_where_it_is_listed(path: Path) -> None:
    relative = str(path.relative_to(PACKAGE)).replace("\\", "/")
    text = path.read_text(encoding="utf-8")
    if relative in PLATFORM:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.platform", "os.name"):
            line = text.splitlines()[node.lineno - 1]
            assert line.startswith("assert sys.platform"), f"{relative}:{node.lineno} asks for the platform"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_line_compiles_nothing_when_it_is_imported(path: Path) -> None:
    """A NamedTuple and a TypedDict compile each annotation that is a string; ``dshell.pattern`` compiles when used."""
    text = path.read_text(encoding="utf-8")
    if floor(path) not in QUICK:
        return
    if "(NamedTuple)" in text or "(TypedDict" in text:
        assert "from __future__ import annotations" not in text, "write the one annotation that looks ahead as a string"
    for node in ast.parse(text).body:
        for call in ast.walk(node) if isinstance(node, ast.Assign | ast.AnnAssign) else ():
            if isinstance(call, ast.Call):
                assert ast.unparse(call.func) != "re.compile", f"{path.name}:{call.lineno}: use dshell.pattern"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_house_style(path: Path) -> None:
    relative = str(path.relative_to(PACKAGE))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.name == "__init__.py" or ast.get_docstring(tree), f"{relative} opens with a docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{relative}:{node.lineno} prints"
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{relative}:{node.lineno} {node.name} has {length} lines"
