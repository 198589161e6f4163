"""Regular expressions that are compiled when first used: a line needs a few of a hundred, and each takes 0.2 ms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:
    pattern = re.compile
else:

    class Pattern:
        """Stands for ``re.compile(source, flags)`` as long as nothing is asked of it."""

        def __init__(self, source: AnyStr, flags: int = 0) -> None:
            self._source = source
            self._flags = flags

        def __getattr__(self, name: str) -> Any:
            value = getattr(re.compile(self._source, self._flags), name)
            setattr(self, name, value)  # asked again it is found at once
            return value

    pattern = Pattern
