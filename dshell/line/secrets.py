"""Which variables hold what nobody else should read, as far as their names tell."""

from __future__ import annotations

import re

SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL", re.IGNORECASE)
