"""Which variables hold what nobody else should read, as far as their names tell."""

from __future__ import annotations

import re

from dshell.pattern import pattern

SECRET_NAME = pattern(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL", re.IGNORECASE)
