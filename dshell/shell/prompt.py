"""The input line: a prompt, the line under it that explains, a menu of completions, and the bar at the bottom.

prompt_toolkit does the editing; this is its layout. It reads what others parsed and knew before and never waits:
everything shown here comes from functions that answer at once.
"""

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.auto_suggest import AutoSuggest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER, SEARCH_BUFFER, EditingMode
from prompt_toolkit.filters import Condition, has_focus, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.key_binding.bindings.auto_suggest import load_auto_suggest_bindings
from prompt_toolkit.layout import (
    ConditionalContainer,
    Dimension,
    Float,
    FloatContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.controls import BufferControl, SearchBufferControl
from prompt_toolkit.layout.processors import (
    AppendAutoSuggestion,
    BeforeInput,
    ConditionalProcessor,
    HighlightIncrementalSearchProcessor,
    HighlightSelectionProcessor,
)
from prompt_toolkit.layout.screen import Char
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.renderer import CPR_Support
from prompt_toolkit.styles import BaseStyle

from dshell.disarm import hidden
from dshell.record import Record
from dshell.shell.faces import ROWS, Fragments
from dshell.shell.menu import menu
from dshell.shell.typeahead import Giver, hung_up, typing
from dshell.shell.widths import get_cwidth
from dshell.terminal.base import TSTP, stop, stoppable

# prompt_toolkit spells controls out wherever it paints, but not what reorders or hides text.
Char.display_mappings.update({letter: f"<{ord(letter):x}>" for letter in hidden()})

PAUSE = 0.15  # seconds without a key in which a person thinks
MENU = 8  # rows, kept free under the input while it is open


class Manner(Enum):
    """How an input line may be shown."""

    FULL = "full"  # with what explains it painted around it
    PLAIN = "plain"  # row by row, as a screen reader follows; only the row that is edited is painted again
    DUMB = "dumb"  # without any escape sequence


class Device(Record):
    """Where prompt_toolkit reads and paints; None: it finds the terminal by itself. ``colour``: no means two tones.

    ``giver``: takes what was typed behind the last key of a prompt, unless ``input`` sees to it.
    """

    input: Input | None = None
    output: Output | None = None
    colour: bool = True
    manner: Manner = Manner.FULL
    giver: Giver | None = None


class Faces(Record):
    """What is shown around the input. Each function is asked at every painting and answers at once.

    ``message``: before the input. ``hint``: under it, for an input and a cursor. ``bar``: at the bottom.
    ``searching``: what stands before a search. ``unended``: one column, marks output that ended within a row.
    Columns are counted by the terminal's width.
    """

    message: Callable[[int], Fragments]
    hint: Callable[[str, int, int], Fragments]
    bar: Callable[[int], Fragments]
    searching: Callable[[], str]
    unended: Callable[[], str]


class Editing(Record):
    """What helps to type. ``foresee``: called when the person pauses; what a Tab would want is then looked up.

    ``suggest``: how an input may go on, in grey. ``vi``: keys edit as in vi, not as in Emacs.
    ``mishap``: gets what is raised while a key is dealt with or something is painted; the prompt goes on.
    """

    history: History
    completer: Completer
    lexer: Lexer
    style: BaseStyle
    foresee: Callable[[Document], None]
    suggest: AutoSuggest | None = None
    vi: bool = False
    mishap: Callable[[BaseException], None] | None = None


Aside = Callable[[Callable[[], None]], None]
"""Does something while the terminal is as it was before the prompt, which then stands there anew."""


def soon(app: Application[str], action: Callable[[], object]) -> None:
    """``action`` is done by the loop of ``app``, unless that ends first. From any thread.

    ``Application.invalidate`` says the same of itself, and raises where the loop ends while it looks (3.0.52).
    """
    if (loop := app.loop) is not None:
        with suppress(RuntimeError):  # it is closed by now
            loop.call_soon_threadsafe(action, context=app.context)


def answer(app: Application[str], mishap: Callable[[BaseException], None] | None, aside: Aside) -> str:
    """What ``app`` is ended with. prompt_toolkit would paint a traceback over it, and wait for Enter.

    It would also be stopped (Ctrl-Z) with the terminal raw.
    """

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception") or RuntimeError(context["message"])
        if mishap is not None and not hung_up(error):
            mishap(error)

    def heed() -> None:
        loop = asyncio.get_running_loop()
        if mishap is not None:
            loop.set_exception_handler(handle)
        if TSTP is not None and stoppable():
            loop.add_signal_handler(TSTP, aside, stop)  # until the loop ends

    return app.run(pre_run=heed, set_exception_handler=mishap is None)


class Prompt:
    """One input line, asked again and again. ``keys`` win over prompt_toolkit's own."""

    def __init__(self, faces: Faces, editing: Editing, keys: KeyBindings, device: Device) -> None:
        self._faces = faces
        self._giver = device.giver
        self.buffer = Buffer(
            name=DEFAULT_BUFFER,
            history=editing.history,
            completer=editing.completer,
            complete_while_typing=False,
            auto_suggest=editing.suggest,
            multiline=True,
            accept_handler=self._accept,
        )
        self._foresee = editing.foresee
        self._mishap = editing.mishap
        self._thinking: asyncio.TimerHandle | None = None
        self.buffer.on_text_changed += self._typed
        self._search = SearchBufferControl(
            Buffer(name=SEARCH_BUFFER),
            input_processors=[BeforeInput(lambda: self._faces.searching() + " ", style="class:hint.word")],
            ignore_case=True,
        )
        window = self._input_window(editing.lexer)
        self.app: Application[str] = Application(
            layout=Layout(self._arrange(window), window),
            style=editing.style,
            include_default_pygments_style=False,
            key_bindings=merge_key_bindings([load_auto_suggest_bindings(), keys]),
            color_depth=None if device.colour else ColorDepth.DEPTH_1_BIT,
            reverse_vi_search_direction=True,
            editing_mode=EditingMode.VI if editing.vi else EditingMode.EMACS,
            input=device.input,
            output=device.output,
        )
        self._before: tuple[int, Fragments] = (-1, [])
        self._painted: list[Callable[[], None]] = []
        self.app.after_render += self._after_render

    def ask(self, *, apart: bool = False) -> str:
        """The input as typed, rows separated by ``\\n``. ``apart``: an empty row parts the prompt from what is above.

        Raises KeyboardInterrupt (Ctrl-C) and EOFError (Ctrl-D on an empty line).
        """
        self.buffer.reset()
        if not self.app.layout.has_focus(self.buffer):  # an interrupt may have come in a search
            self.app.layout.focus(self.buffer)  # which it remembers each time
        with typing(self.app.input, self._giver):  # from here on nothing that is typed is echoed into the painting
            self._begin_row(apart=apart)
            return answer(self.app, self._mishap, self.aside)

    def _begin_row(self, *, apart: bool) -> None:
        """Leave a row that the last output did not end, or that shows what was typed ahead, with a mark as in zsh.

        At the first column the blanks fill the row and the mark is wiped, for a terminal goes to the next row only
        with the letter after the last column. Elsewhere they end in the next row, and the mark stays.
        """
        output = self.app.output
        output.write(self._faces.unended() + " " * (self._columns() - 1))
        output.write_raw("\r")
        output.erase_end_of_line()
        output.write_raw("\r\n" if apart else "")
        output.flush()

    def when_painted(self, action: Callable[[], None]) -> None:
        """``action`` is called once, after the next painting."""
        self._painted.append(action)

    def accept(self) -> None:
        self.buffer.validate_and_handle()

    def refresh(self) -> None:
        """Paint again when there is time. From any thread, also while no prompt is shown."""
        soon(self.app, self.app.invalidate)

    def announce(self, text: str) -> None:
        """Nothing to write: the row under the input and the bar show it."""

    def aside(self, action: Callable[[], None]) -> None:
        """``action`` writes rows; the prompt and the input as they stood follow below."""
        run_in_terminal(action)

    def _accept(self, buffer: Buffer) -> bool:
        self.app.exit(result=buffer.text, style="class:accepted")
        return True  # the text stays on the screen; ``ask`` begins anew

    def _typed(self, _buffer: Buffer) -> None:
        """Each key only puts off what a pause will do."""
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None
        if self.app.is_running:
            self._thinking = asyncio.get_running_loop().call_later(PAUSE, self._pause)

    def _pause(self) -> None:
        self._foresee(self.buffer.document)
        gc.collect(1)  # what keys have left: the next one need not wait for it

    def _after_render(self, _app: Application[str]) -> None:
        """By the loop, for what is raised there ends no prompt: see ``answer``."""
        while self._painted:
            asyncio.get_running_loop().call_soon(self._painted.pop())

    def _columns(self) -> int:
        return self.app.output.get_size().columns

    def _hint(self) -> StyleAndTextTuples:
        return [*self._faces.hint(self.buffer.text, self.buffer.cursor_position, self._columns())]

    def _bar(self) -> StyleAndTextTuples:
        return [*self._faces.bar(self._columns())]

    def _prefix(self, row: int, wrapped: int) -> StyleAndTextTuples:
        painting = self.app.render_counter
        if self._before[0] != painting:  # it is asked for several times a painting
            self._before = painting, self._faces.message(self._columns())
        message = self._before[1]
        if row == 0 and wrapped == 0:
            return [*message]
        width = get_cwidth("".join(text for _, text in message))
        return [("class:arrow", ("" if wrapped else "▸ ").rjust(min(width, self._columns() // 2)))]

    def _input_window(self, lexer: Lexer) -> Window:
        control = BufferControl(
            buffer=self.buffer,
            search_buffer_control=self._search,
            preview_search=True,
            include_default_input_processors=False,
            lexer=lexer,
            input_processors=[
                HighlightIncrementalSearchProcessor(),
                HighlightSelectionProcessor(),
                ConditionalProcessor(AppendAutoSuggestion(), has_focus(DEFAULT_BUFFER) & ~is_done),
            ],
        )
        return Window(control, get_line_prefix=self._prefix, wrap_lines=True, dont_extend_height=True)

    def _arrange(self, window: Window) -> HSplit:
        at_input = has_focus(DEFAULT_BUFFER)
        in_menu = Condition(self._in_menu)
        hint = Window(FormattedTextControl(self._hint), height=Dimension(min=1, max=ROWS), dont_extend_height=True)
        filler = Window(height=lambda: Dimension(min=MENU if in_menu() else 0))
        bar = FormattedTextControl(self._bar)
        return HSplit(
            [
                FloatContainer(
                    HSplit(
                        [
                            window,
                            ConditionalContainer(Window(self._search, height=1), ~at_input & ~is_done),
                            ConditionalContainer(hint, at_input & ~in_menu & ~is_done),
                            ConditionalContainer(filler, ~is_done),
                        ]
                    ),
                    [Float(xcursor=True, ycursor=True, transparent=True, content=menu(MENU, at_input))],
                ),
                ConditionalContainer(Window(bar, height=1, style="class:bar"), Condition(self._placed) & ~is_done),
            ]
        )

    def _in_menu(self) -> bool:
        """There are candidates to choose from, not only a Tab that looks for them."""
        state = self.buffer.complete_state
        return state is not None and bool(state.completions)

    def _placed(self) -> bool:
        """The bottom of the screen is known, or never will be; painting the bar before makes it jump."""
        renderer = self.app.renderer
        return renderer.height_is_known or renderer.cpr_support is CPR_Support.NOT_SUPPORTED
