"""Changes the config file, and leaves in it what a person wrote there: comments, order, blank rows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from dshell.settings import BadSetting

Value = str | bool | list[str]


class Store:
    """``path``: of the file; a link is followed, so that dotfiles kept elsewhere stay there."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def put(self, key: str, value: Value, table: str = "") -> None:
        """Raises BadSetting for a file that is no TOML, OSError for one that cannot be written."""
        document = self._read()
        place = document
        if table:
            place = document.setdefault(table, tomlkit.table())
        place[key] = value
        self._write(tomlkit.dumps(document))

    def drop(self, key: str, table: str = "") -> bool:
        """False: it was not there. Raises as ``put``."""
        document = self._read()
        place = document.get(table, {}) if table else document
        if key not in place:
            return False
        del place[key]
        if table and not place:
            del document[table]
        self._write(tomlkit.dumps(document))
        return True

    def _read(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return tomlkit.document()
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise BadSetting("file", os.fspath(self.path), str(error)) from error

    def _write(self, text: str) -> None:
        """Whole or not at all."""
        path = self.path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        new.touch(0o600)  # an alias may hold what nobody else should read
        new.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
