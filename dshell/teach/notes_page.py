"""Notes of a session as Markdown, as a web page, as a shell script. Pure; secrets were masked before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from dshell.disarm import visible, visible_rows
from dshell.record import Record
from dshell.teach.texts import Texts

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h2 code, pre { font-family: ui-monospace, monospace; }
h2 { font-size: 1.1rem; margin-top: 2.5rem; border-top: 1px solid #8888; padding-top: 1rem; overflow-wrap: anywhere; }
pre { padding: .7rem; overflow-x: auto; border: 1px solid #8888; border-radius: .3rem; font-size: .85rem; }
dt { font-family: ui-monospace, monospace; font-weight: 600; }
dd { margin: 0 0 .3rem 1.5rem; }
blockquote { margin: 0; padding-left: 1rem; border-left: 4px solid #888; }
.bad { font-weight: 700; }
@media print { pre { white-space: pre-wrap; } h2 { break-after: avoid; } }
"""


class Noted(Record):
    """One line. ``line``: as typed, ``bash``: as a shell takes it, secrets masked in both. ``code``: its exit code.

    ``words``: what its words mean, each with its sentence; ``told``: rows of what happened; ``hidden``: it held a
    secret.
    """

    number: int
    line: str
    bash: str
    code: int
    comment: str = ""
    words: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()
    hidden: bool = False


def markdown(notes: Iterable[Noted], day: str, texts: Texts) -> str:
    parts = [f"# {texts.say('sheet.title')}", day]
    for note in notes:
        parts.append(f"## {note.number}. {coded(' '.join(note.line.split()))}")
        if note.comment:
            parts.append("\n".join(f"> {visible(row)}" for row in note.comment.splitlines()))
        if "\n" in note.line:
            parts.append(fenced(note.line, "sh"))
        if note.words:
            parts.append("\n".join(f"- {coded(word)} {plain(text)}" for word, text in note.words))
        if note.told:
            parts.append(fenced("\n".join(note.told), "text"))
        parts.append(outcome(note, texts))
    return "\n\n".join(parts) + "\n"


def html(notes: Iterable[Noted], day: str, texts: Texts) -> str:
    title = escape(texts.say("sheet.title"))
    rows = [
        "<!doctype html>",
        f'<html lang="{texts.language}"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style></head><body>",
        f"<h1>{title}</h1><p>{escape(day)}</p>",
    ]
    for note in notes:
        rows.append(f'<h2 id="line-{note.number}">{note.number}. <code>{shown(note.line)}</code></h2>')
        if note.comment:
            rows.append(f"<blockquote>{shown(note.comment)}</blockquote>")
        if note.words:
            words = "".join(f"<dt>{shown(word)}</dt><dd>{shown(text)}</dd>" for word, text in note.words)
            rows.append(f"<dl>{words}</dl>")
        if note.told:
            rows.append(f"<pre>{shown(chr(10).join(note.told))}</pre>")
        kind = ' class="bad"' if note.code else ""
        rows.append(f"<p{kind}>{escape(outcome(note, texts))}</p>")
    return "\n".join([*rows, "</body></html>"]) + "\n"


def script(notes: Iterable[Noted], day: str, texts: Texts) -> str:
    """The lines that worked. One that held a secret stands as a comment: with its mask it must not run."""
    rows = ["#!/bin/sh", f"# {texts.say('sheet.script', day=day)}", "set -e"]
    for note in notes:
        if note.code:
            continue
        said = note.comment.splitlines() or [visible(text) for _, text in note.words[:1]]
        rows += ["", *(f"# {row}" for row in said)]
        if note.hidden:
            rows.append(f"# {texts.say('sheet.secret')}")
            rows += [f"# {row}" for row in note.bash.splitlines()]
        else:
            rows.append(note.bash)
    return "\n".join(rows) + "\n"


def outcome(note: Noted, texts: Texts) -> str:
    return texts.say("sheet.failed" if note.code else "sheet.worked", code=note.code)


def coded(text: str) -> str:
    """In backticks, more of them than stand in it (CommonMark, code spans)."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{ticks}{pad}{visible(text)}{pad}{ticks}"


def fenced(text: str, kind: str) -> str:
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{kind}\n{visible_rows(text)}\n{ticks}"


def shown(text: str) -> str:
    """Rows as they may stand in HTML."""
    return escape(visible_rows(text))


def plain(text: str) -> str:
    """A sentence in one row whose letters are no Markdown."""
    return re.sub(r"([\\`*_<\[])", r"\\\1", visible(text))


def dedented(rows: Sequence[str]) -> tuple[str, ...]:
    """Without the margin that a terminal has, and without blank rows at either end."""
    rows = [row.removeprefix("   ").rstrip() for row in rows]
    while rows and not rows[0]:
        rows = rows[1:]
    while rows and not rows[-1]:
        rows = rows[:-1]
    return tuple(rows)
