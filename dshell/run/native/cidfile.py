"""``--cidfile``: a file for the new container's id. It is made first of all, and goes if no container came of it."""

import errno
import os
from types import TracebackType
from typing import Self

from dshell.errors import EngineError, Failure, Trouble
from dshell.run.native.files import opening


class CidFile:
    """``name``: as typed in ``folder``; "" for no file. EngineError (DECLINED) with docker's words."""

    def __init__(self, name: str, folder: str) -> None:
        self._name = name
        self._path = os.path.join(folder, name) if name else ""
        self._descriptor: int | None = None
        self._written = False
        if not name:
            return
        if os.path.exists(self._path):
            found = f"container ID file found, make sure the other container isn't running or delete {name}"
            raise EngineError(Failure(Trouble.DECLINED, found))
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        except (OSError, ValueError) as error:
            words = f"failed to create the container ID file: {opening(error, name)}"
            raise EngineError(Failure(Trouble.DECLINED, words)) from error

    def write(self, container: str) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, container.encode())
        except OSError as error:
            said = f"write {self._name}: {os.strerror(error.errno or errno.EIO).lower()}"
            words = f"failed to write the container ID to the file: {said}"
            raise EngineError(Failure(Trouble.DECLINED, words)) from error
        self._written = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        if not self._written:
            os.unlink(self._path)
