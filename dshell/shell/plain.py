"""The input line without anything painted around it: for screen readers (``--plain``) and for dumb terminals.

What there is to say stands in rows above a new prompt, and no row that was left is touched again. On a dumb terminal,
which knows no escape sequence, not even the row that is edited is painted: letters are only added to it.
"""

from __future__ import annotations

from asyncio import ensure_future
from collections.abc import Callable, Sequence

from prompt_toolkit.application import Application, get_app_session, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completion, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER, EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.output import ColorDepth, DummyOutput, Output
from prompt_toolkit.styles import Style

from dshell.disarm import visible
from dshell.shell.faces import Fragments
from dshell.shell.prompt import Device, Editing, Manner, answer
from dshell.shell.typeahead import typing
from dshell.shell.widths import get_cwidth

FOLLOWING = "> "  # before the second row of an input and those below it
NO_STYLE = Style.from_dict({"nbsp": "nounderline", "control-character": ""})  # prompt_toolkit's own marks

Listing = Callable[[Sequence[tuple[str, str]]], list[str]]
"""Rows for candidates of a Tab and what each means."""


class PlainPrompt:
    """One input line, asked again and again, as ``Prompt``. ``message``: before the input, for a number of columns."""

    def __init__(
        self,
        message: Callable[[int], Fragments],
        listing: Listing,
        editing: Editing,
        keys: KeyBindings,
        device: Device,
    ) -> None:
        self._message = message
        self._listing = listing
        self._completer = editing.completer
        self._mishap = editing.mishap
        self.buffer = Buffer(name=DEFAULT_BUFFER, history=editing.history, multiline=True, accept_handler=self._accept)
        self._giver = device.giver
        self._output = device.output or get_app_session().output
        self._typist = Typist(self._output, self._before) if device.manner is Manner.DUMB else None
        if self._typist:
            self.buffer.on_text_changed += self._typist.follow
        control = BufferControl(self.buffer, include_default_input_processors=False)
        window = Window(control, get_line_prefix=self._prefix, wrap_lines=True, dont_extend_height=True)
        self.app: Application[str] = Application(
            layout=Layout(window, window),
            style=NO_STYLE,
            include_default_pygments_style=False,
            key_bindings=merge_key_bindings([keys, self._tab()]),
            color_depth=ColorDepth.DEPTH_1_BIT,
            editing_mode=EditingMode.VI if editing.vi else EditingMode.EMACS,
            input=device.input,
            output=DummyOutput() if self._typist else self._output,
        )
        self._painted: list[Callable[[], None]] = []
        self.app.after_render += self._after_render

    def ask(self, *, apart: bool = False) -> str:
        """As ``Prompt.ask``."""
        self.buffer.reset()
        with typing(self.app.input, self._giver):
            self._write("\r\n" if apart else "")
            if not self._typist:
                return answer(self.app, self._mishap, self.aside)
            self._typist.begin()
            try:
                return answer(self.app, self._mishap, self.aside)
            finally:
                self._write("\r\n")

    def when_painted(self, action: Callable[[], None]) -> None:
        """``action`` is called once, when the next prompt stands."""
        self._painted.append(action)

    def accept(self) -> None:
        self.buffer.validate_and_handle()

    def refresh(self) -> None:
        """Nothing that may change by itself is shown."""

    def announce(self, text: str) -> None:
        """A row above a new prompt."""
        self.aside(lambda: self._write(text + "\r\n"))

    def aside(self, action: Callable[[], None]) -> None:
        """``action`` writes rows; the prompt and the input as they stood follow below."""

        def told() -> None:
            self._write("\r\n" if self._typist else "")
            action()

        done = ensure_future(run_in_terminal(told, render_cli_done=True))
        done.add_done_callback(lambda _: self._begin_again())

    def _begin_again(self) -> None:
        """Only now is the terminal raw again: what a person types as soon as the prompt stands is for the prompt."""
        if self._typist and self.app.is_running:
            self._typist.begin(self.buffer.text)

    def _accept(self, buffer: Buffer) -> bool:
        self.app.exit(result=buffer.text)
        return True

    def _after_render(self, _app: Application[str]) -> None:
        while self._painted:
            self._painted.pop()()

    def _write(self, text: str) -> None:
        self._output.write_raw(text)
        self._output.flush()

    def _before(self) -> str:
        return "".join(text for _, text in self._message(self._output.get_size().columns))

    def _prefix(self, row: int, wrapped: int) -> StyleAndTextTuples:
        return [("", FOLLOWING if row and not wrapped else "" if wrapped else self._before())]

    def _tab(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("tab")
        def _tab(event: KeyPressEvent) -> None:
            event.app.create_background_task(self._complete())

        return keys

    async def _complete(self) -> None:
        """What is looked up for it may take a moment; who types on meanwhile wants it no more."""
        document = self.buffer.document
        asked = self._completer.get_completions_async(document, CompleteEvent(completion_requested=True))
        found = [each async for each in asked]
        if self.buffer.document != document:
            return
        if len(found) == 1:
            before = document.text[: document.cursor_position + found[0].start_position] + found[0].text
            self.buffer.document = Document(before + document.text_after_cursor, len(before))
        elif common := get_common_complete_suffix(document, found):
            self.buffer.insert_text(common)
        elif found:
            self._list(found)

    def _list(self, found: Sequence[Completion]) -> None:
        rows = self._listing([(each.display_text, each.display_meta_text) for each in found])
        self.announce("\r\n".join(rows))


class Typist:
    """Shows an input on a terminal that can only add to a row, and go back in it letter by letter."""

    def __init__(self, output: Output, message: Callable[[], str]) -> None:
        self._output = output
        self._message = message
        self._shown = ""

    def begin(self, text: str = "") -> None:
        """A prompt in a new row, with ``text``."""
        self._shown = text
        self._write(self._message() + spelled(text))

    def follow(self, buffer: Buffer) -> None:
        """The input has changed. What does not follow from what is shown is shown anew, in a row of its own."""
        text, shown = buffer.text, self._shown
        gone = shown[len(text) :]
        if text.startswith(shown):
            self._write(spelled(text[len(shown) :]))
        elif shown.startswith(text) and "\n" not in gone and self._in_one_row(shown):
            self._write("\b \b" * get_cwidth(spelled(gone)))
        else:
            self._write("\r\n" + self._message() + spelled(text))
        self._shown = text

    def _in_one_row(self, text: str) -> bool:
        return "\n" not in text and get_cwidth(self._message() + spelled(text)) < self._output.get_size().columns

    def _write(self, text: str) -> None:
        self._output.write_raw(text)
        self._output.flush()


def spelled(text: str) -> str:
    """``text`` as rows of a dumb terminal."""
    return f"\r\n{FOLLOWING}".join(visible(row) for row in text.split("\n"))
