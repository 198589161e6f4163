"""Text to words and operators: quotes, backslashes, expansions, ranges."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.line.model import Expansion
from dshell.line.split import join, split


def words(text: str) -> list[str]:
    return [token.text for token in split(text)[0] if not token.operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("run -it alpine", ["run", "-it", "alpine"]),
        ("  a\t b \r", ["a", "b"]),
        ("'a b' \"c d\"", ["a b", "c d"]),
        ("a'b'\"c\"d", ["abcd"]),
        ("'' \"\"", ["", ""]),
        ("'it'\\''s'", ["it's"]),
        (r"a\ b", ["a b"]),
        (r"\'", ["'"]),
        (r"'a\b'", [r"a\b"]),
        (r'"a\"b\\c\$d\`e"', [r'a"b\c$d`e']),
        (r'"a\nb"', [r"a\nb"]),
        ("a\\\nb", ["ab"]),
        ("a \\\n b", ["a", "b"]),
        ("\\\n", []),
        ("'a\nb'", ["a\nb"]),
        ("a # comment", ["a"]),
        ("a#b", ["a#b"]),
        ("{a,b} *.txt [x]", ["{a,b}", "*.txt", "[x]"]),
        ("--format '{{.ID}}: {{.Names}}'", ["--format", "{{.ID}}: {{.Names}}"]),
        ("date +%H%M%", ["date", "+%H%M%"]),
        ("5$ a$ $", ["5$", "a$", "$"]),
        ("é\u00a0x", ["é\u00a0x"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"C:\Users\me", r"C:\Users\me"),
        (r"C:\new\table", r"C:\new\table"),
        (r'"C:\new folder\x"', r"C:\new folder\x"),
        (r"C:\Users\me\.ssh:/root/.ssh:ro", r"C:\Users\me\.ssh:/root/.ssh:ro"),
        (r"C:\_x\-y", r"C:\_x\-y"),
        (r"--mount=type=bind,source=C:\x\.y,target=/z", r"--mount=type=bind,source=C:\x\.y,target=/z"),
        (r"C:\Program\ Files", r"C:\Program Files"),
        ("C:\\", "C:\\"),
        (r"\.txt", ".txt"),
        (r"\\server\share", r"\\server\share"),
        (r'"\\wsl.localhost\Ubuntu\my home":/app', r"\\wsl.localhost\Ubuntu\my home:/app"),
        (r"\\wsl$\Ubuntu", r"\\wsl$\Ubuntu"),
        (r"\\n", r"\n"),  # as in bash
    ],
)
def test_windows_paths_survive(text: str, expected: str) -> None:
    assert words(text) == [expected]


N, V, C, F, H = Expansion.NONE, Expansion.VARIABLE, Expansion.COMMAND, Expansion.FOLDER, Expansion.HOME


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("$X", [(V, "X", False)]),
        ("${X}y", [(V, "X", False), (N, "", False)]),
        ('"$X"', [(N, "", True), (V, "X", True)]),
        ("%USERPROFILE%", [(V, "USERPROFILE", False)]),
        ("$PWD:/app", [(F, "PWD", False), (N, "", False)]),
        ("${PWD}", [(F, "PWD", False)]),
        ("$pwd", [(F, "pwd", False)]),
        ("$(pwd)", [(F, "pwd", False)]),
        ("$( pwd -W )", [(F, " pwd -W ", False)]),
        ("%cd%", [(F, "cd", False)]),
        ("%CD%", [(F, "CD", False)]),
        ("~", [(H, "", False)]),
        ("~/x", [(H, "", False), (N, "", False)]),
        (r"~\x", [(H, "", False), (N, "", False)]),
        ("~:/root", [(H, "", False), (N, "", False)]),
        ("a~", [(N, "", False)]),
        ("A=~/x", [(N, "", False), (H, "", False), (N, "", False)]),
        ("A=~x", [(N, "", False)]),
        ("A='~'", [(N, "", False), (N, "", True)]),
        ("a,b=~/x", [(N, "", False)]),
        ("--env-file=~/x", [(N, "", False)]),
        ("~me", [(N, "", False)]),
        ("'~'", [(N, "", True)]),
        ("'$X'", [(N, "", True)]),
        (r"\$X", [(N, "", True), (N, "", False)]),
        ("$(docker ps -q)", [(C, "docker ps -q", False)]),
        ("$(a $(b ')') \"$(c)\" (d))", [(C, "a $(b ')') \"$(c)\" (d)", False)]),
        ("`date`", [(C, "date", False)]),
        (r"`a \`b\``", [(C, "a `b`", False)]),
        ("${X:-y z}", [(C, 'printf %s "${X:-y z}"', False)]),
        ("$((1 + 2))", [(C, 'printf %s "$((1 + 2))"', False)]),
        ("$?", [(N, "", False)]),
        ("$1", [(N, "", False)]),
    ],
)
def test_expansions(text: str, pieces: list[tuple[Expansion, str, bool]]) -> None:
    tokens, problems = split(text)
    assert problems == []
    assert len(tokens) == 1
    assert [(piece.expansion, piece.inner, piece.quoted) for piece in tokens[0].pieces] == pieces
    assert "".join(piece.text for piece in tokens[0].pieces) == tokens[0].text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a&&b||c;d", ["&&", "||", ";"]),
        ("a\nb", ["\n"]),
        ("a | b |& c &", ["|", "|&", "&"]),
        ("a>b >>c <d 2>e 2>&1 >&2 &>f &>>g >|h <>i", [">", ">>", "<", "2>", "2>&1", ">&2", "&>", "&>>", ">|", "<>"]),
        ("a2>b", [">"]),
        ("a <<<b", ["<<<"]),
        ("'a&&b' \"c|d\" e\\;f", []),
        ("cat <<EOF\na 'b\nEOF\nls", ["<<", "\na 'b\nEOF", "\n"]),
        ("cat <<-EOF | x\na\n\tEOF", ["<<-", "|", "\na\n\tEOF"]),
        ("cat <<EOF\n\tEOF\nEOF\nls", ["<<", "\n\tEOF\nEOF", "\n"]),
        ("cat <<EOF\na", ["<<", "\na"]),
        ("cat <<", ["<<"]),
    ],
)
def test_operators(text: str, expected: list[str]) -> None:
    assert [token.text for token in split(text)[0] if token.operator] == expected


@pytest.mark.parametrize("operator", [";", "&&", "&", "|", "<x", ">x", "\n"])
def test_the_home_folder_may_stand_before_any_operator(operator: str) -> None:
    assert split(f"cd ~{operator}ls")[0][1].pieces[0].expansion is Expansion.HOME


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c", [("open-quote", "'b c")]),
        ('a "b c', [("open-quote", '"b c')]),
        ('a"', [("open-quote", '"')]),
        ("a $(b c", [("open-expansion", "$(b c")]),
        ("a ${b c", [("open-expansion", "${b c")]),
        ("a `b", [("open-expansion", "`b")]),
        ("a $(b ')' c", [("open-expansion", "$(b ')' c")]),
        ("a ' \\", [("open-quote", "' \\")]),
        ("a\\", []),
    ],
)
def test_what_is_left_open(text: str, expected: list[tuple[str, str]]) -> None:
    _, problems = split(text)
    assert [(problem.trouble.value, problem.word) for problem in problems] == expected
    assert all(text[problem.range.start : problem.range.end] == problem.word for problem in problems)
    assert all(problem.trouble.blocks for problem in problems)


def test_ranges() -> None:
    text = "run  'a b'c $X"
    tokens, _ = split(text)
    assert [text[token.range.start : token.range.end] for token in tokens] == ["run", "'a b'c", "$X"]
    assert [text[piece.range.start : piece.range.end] for piece in tokens[1].pieces] == ["a b", "c"]


def test_deep_nesting_is_no_recursion() -> None:
    assert words("$(" * 5000 + ")" * 5000)
    assert split("$(" * 5000)[1]


# What a shell's text is made of comes up often enough to meet itself.
SHELLISH = st.text(st.sampled_from("ab1 \\'\"$(){}`%~#&|;<>\n-=:/") | st.characters(), max_size=40)


@given(SHELLISH)
def test_any_text_splits_in_order(text: str) -> None:
    end = 0
    for token in split(text)[0]:
        assert end <= token.range.start < token.range.end <= len(text)
        end = token.range.start
        for piece in token.pieces:
            assert end <= piece.range.start <= piece.range.end <= token.range.end
            end = piece.range.end
        end = token.range.end


@given(st.lists(SHELLISH))
def test_join_is_the_inverse(expected: list[str]) -> None:
    tokens, problems = split(join(expected))
    assert [token.text for token in tokens] == expected
    assert problems == []
    assert all(token.literal for token in tokens)


def test_bash_reads_what_join_writes() -> None:
    expected = [
        "a b",
        "",
        "it's",
        "$X",
        "`x`",
        "C:\\new",
        "~",
        "#",
        "!x",
        "*",
        "{a,b}",
        "é",
        "a\nb",
        "\\",
        "%cd%",
        "-e=A=b",
    ]
    script = f"printf '%s\\0' {join(expected)}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == expected
