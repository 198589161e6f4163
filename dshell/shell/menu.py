"""The menu of candidates: prompt_toolkit's, with rows that are measured once a Tab and not several times a painting.

What is replaced of it is its own: should it be called otherwise one day, menus are slower and nothing else.
"""

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import Completion
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import FilterOrBool, has_completions, is_done, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ConditionalContainer, Dimension, ScrollOffsets, UIContent, Window
from prompt_toolkit.layout.margins import ScrollbarMargin
from prompt_toolkit.layout.menus import CompletionsMenuControl

from dshell.shell.widths import get_cwidth

LEAST = 8  # columns
ON_TOP = 10**8  # of all other floats
CUT = "..."
COMBINING = "\u0300"  # every printable character before this one is one column wide


def menu(rows: int, shown: FilterOrBool) -> ConditionalContainer:
    """At most ``rows`` of the candidates are seen at once."""
    window = Window(
        Rows(),
        width=Dimension(min=LEAST),
        height=Dimension(min=1, max=rows),
        scroll_offsets=ScrollOffsets(top=1, bottom=1),
        right_margins=[ScrollbarMargin(display_arrows=False)],
        dont_extend_width=True,
        style="class:completion-menu",
        z_index=ON_TOP,
    )
    return ConditionalContainer(window, to_filter(shown) & has_completions & ~is_done)


class Rows(CompletionsMenuControl):
    """A column of candidates and one of what they mean."""

    def __init__(self) -> None:
        self._measured: tuple[list[Completion], int] = ([], 0)
        self._widths = (0, 0)

    def create_content(self, width: int, height: int) -> UIContent:  # noqa: ARG002
        state = get_app().current_buffer.complete_state
        if state is None:
            return UIContent()
        found, chosen = state.completions, state.complete_index
        names = self._get_menu_width(width, state)
        meanings = self._get_menu_meta_width(width - names, state)

        def row(index: int) -> StyleAndTextTuples:
            style, current = "class:completion-menu", ".current" if index == chosen else ""
            cells = [(f"{style}.completion{current}", f" {fitted(found[index].display_text, names - 2)} ")]
            if meanings:
                text = fitted(found[index].display_meta_text, meanings - 2)
                cells.append((f"{style}.meta.completion{current}", f" {text} "))
            return [*cells]

        return UIContent(row, len(found), Point(0, chosen or 0))

    def _get_menu_width(self, max_width: int, complete_state: CompletionState) -> int:
        return min(max_width, max(self.MIN_WIDTH, self._both(complete_state)[0] + 2))

    def _get_menu_meta_width(self, max_width: int, complete_state: CompletionState) -> int:
        width = self._both(complete_state)[1]
        return min(max_width, width + 2) if width else 0

    def _show_meta(self, complete_state: CompletionState) -> bool:
        return self._both(complete_state)[1] > 0

    def _both(self, state: CompletionState) -> tuple[int, int]:
        found, count = self._measured
        if found is not state.completions or count != len(found):
            found = state.completions
            self._measured = found, len(found)
            self._widths = (
                max((_columns(each.display_text) for each in found), default=0),
                max((_columns(each.display_meta_text) for each in found), default=0),
            )
        return self._widths


def fitted(text: str, columns: int) -> str:
    """Exactly ``columns`` wide, or nothing where there is no place."""
    free = columns - _columns(text)
    if free < 0:
        text = text[: max(0, columns - len(CUT))]
        while _columns(text) > columns - len(CUT) and text:
            text = text[:-1]
        text = (text + CUT)[: max(0, columns)]
        free = columns - _columns(text)
    return text + " " * free


def _columns(text: str) -> int:
    narrow = text.isprintable() and max(text, default="") < COMBINING
    return len(text) if narrow else get_cwidth(text)
