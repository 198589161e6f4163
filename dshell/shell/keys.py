"""What keys do at the prompt beyond prompt_toolkit's own: Enter, Tab, Ctrl-C, Ctrl-D, Ctrl-Z, F1, F2, F3."""

import os
from collections.abc import Callable

from prompt_toolkit.application.current import get_app
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus, is_searching
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.search import accept_search

from dshell.record import Record
from dshell.terminal.base import TSTP


class Actions(Record):
    """``enter``: accept the input, or keep it: the prompt decides. ``help`` is given the input as it stands."""

    enter: Callable[[], None]
    help: Callable[[], None]
    level: Callable[[], None]
    language: Callable[[], None]


def bindings(actions: Actions) -> KeyBindings:
    keys = KeyBindings()
    at_input = has_focus(DEFAULT_BUFFER)
    in_menu = Condition(lambda: get_app().current_buffer.complete_state is not None)
    empty = Condition(lambda: not get_app().current_buffer.text)

    @keys.add("enter", filter=at_input)
    def _enter(event: KeyPressEvent) -> None:
        state = event.current_buffer.complete_state
        if state is not None and state.current_completion is not None:
            event.current_buffer.complete_state = None  # the chosen word stays; the next Enter runs the line
        else:
            actions.enter()

    @keys.add("enter", filter=is_searching)
    def _run_found(_event: KeyPressEvent) -> None:
        accept_search()
        actions.enter()

    @keys.add("tab", filter=at_input)
    def _tab(event: KeyPressEvent) -> None:
        if event.current_buffer.complete_state is not None:
            event.current_buffer.complete_next()
        else:
            event.current_buffer.start_completion(insert_common_part=True)

    @keys.add("escape", filter=at_input & in_menu, eager=True)
    def _close_menu(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    @keys.add("c-c", filter=at_input)
    @keys.add("<sigint>")
    def _interrupt(event: KeyPressEvent) -> None:
        if event.app.future is not None:  # a signal may come when Enter has ended the prompt
            event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")

    @keys.add("c-d", filter=at_input & empty)
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError(), style="class:exiting")

    @keys.add(Keys.BracketedPaste, filter=at_input)
    def _paste(event: KeyPressEvent) -> None:
        # The end of row that a copied line brings along would only add an empty row: Enter is the person's.
        text = event.data.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        event.current_buffer.insert_text(text.rstrip("\n") if "\n" in text else text)

    for key, action in (("f1", actions.help), ("f2", actions.level), ("f3", actions.language)):
        keys.add(key)(lambda _event, action=action: action())
    keys.add("c-z")(_stop)
    return keys


def _stop(_event: KeyPressEvent) -> None:
    """What a terminal that is not raw would send; ``prompt.answer`` gets it from here."""
    if TSTP is not None:
        os.kill(os.getpid(), TSTP)
