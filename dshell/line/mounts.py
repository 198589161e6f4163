"""``-v`` and ``--mount``: what of this machine, or of the daemon's volumes, is seen in the container.

Rules and refusals are those of docker 28.2: ``-v`` as compose-go's volume format, ``--mount`` as the CLI's own option.
No path is looked up on the disk.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from dshell.line.numbers import TRUTHS, parse_plain_unsigned, parse_size
from dshell.line.record import csv_fields
from dshell.record import Record

PATH_STARTS = (".", "/", "~", "\\\\")


class Bind(Record):
    """One ``-v``. ``source``: path or volume name, "" for a volume without a name, and then ``rest`` is the whole."""

    source: str
    rest: str

    @property
    def from_host(self) -> bool:
        return is_path(self.source)

    def spec(self, folder: str) -> str:
        source = absolute(self.source, folder) if self.from_host else self.source
        return f"{source}:{self.rest}"


def absolute(path: str, folder: str) -> str:
    """As docker sends it: only what begins with a dot is taken as relative to ``folder``, and made plain.

    Behind a folder that was deleted, "", it stays as it is: ``./data`` is not the volume ``data``.
    """
    return os.path.normpath(os.path.join(folder, path)) if folder and path.startswith(".") else path


def is_path(source: str) -> bool:
    """A path of this machine; anything else is the name of a volume."""
    return source.startswith(PATH_STARTS) or is_drive(source[:2])


def is_drive(text: str) -> bool:
    """``C:``. In docker's eyes a volume with a name of one letter is one too."""
    return len(text) == 2 and text[0].isalpha() and text[1] == ":"


def parse_bind(value: str) -> Bind:
    """Raises ValueError with docker's words."""
    if not value:
        raise ValueError("invalid empty volume spec")
    if len(value) <= 2:
        return Bind("", value)
    cuts = list(_cuts(value))
    sections = [value[start + 1 : end] for start, end in pairwise([-1, *cuts, len(value)])]
    if "" in sections[:4]:
        raise ValueError(f"invalid spec: {value}: empty section between colons")
    if len(sections) > 3:
        raise ValueError(f"invalid spec: {value}: too many colons")
    return Bind("", value) if len(sections) == 1 else Bind(sections[0], value[cuts[0] + 1 :])


def _cuts(value: str) -> Iterator[int]:
    """Where the colons are that separate; that of a drive does not."""
    start = 0
    for at, character in enumerate(value):
        if character == ":" and not is_drive(value[start : at + 1]):
            yield at
            start = at + 1


Place = tuple[str, ...]
"""Keys from a mount down to a value: ("BindOptions", "Propagation")."""

Mount = dict[str, Any]
"""A mount as JSON."""


def _set(mount: Mount, place: Place, content: object) -> None:
    """What is empty is left out, as docker does, but not the options around it."""
    *options, key = place
    for option in options:
        mount = mount.setdefault(option, {})
    if content:
        mount[key] = content
    else:
        mount.pop(key, None)


def _add(mount: Mount, place: Place, content: object) -> None:
    """One ``key=value`` into a map."""
    key, _, value = str(content).partition("=")
    if not key:  # nothing to add, but the options are there
        mount.setdefault(place[0], {})
        return
    for option in place:
        mount = mount.setdefault(option, {})
    mount[key] = value


def _switch_on(mount: Mount, place: Place, content: object) -> None:
    """The option that a word stands for; "" stands for none."""
    if content:
        _set(mount, (*place, str(content)), True)


class Key(Record):
    """One key of ``--mount``. ``bare``: may stand without a value and is then true.

    ``read`` raises ValueError, with what docker adds to its refusal or nothing.
    """

    place: Place
    read: Callable[[str], object] = str
    put: Callable[[Mount, Place, object], None] = _set
    bare: bool = False


def _truth(value: str) -> bool:
    if value not in TRUTHS:
        raise ValueError
    return TRUTHS[value]


def _octal(value: str) -> int:
    try:
        return parse_plain_unsigned(value, bits=32, base=8)
    except ValueError:
        raise ValueError from None


def _size(value: str) -> int:
    try:
        return parse_size(value)
    except ValueError:
        raise ValueError from None


def _recursion(value: str) -> str:
    if value not in RECURSION:
        raise ValueError(' (must be "enabled", "disabled", "writable", or "readonly")')
    return RECURSION[value]


RECURSION = {
    "enabled": "",
    "disabled": "NonRecursive",
    "writable": "ReadOnlyNonRecursive",
    "readonly": "ReadOnlyForceRecursive",
}

KEYS: Mapping[str, Key] = {
    "type": Key(("Type",), str.lower),
    "source": (source := Key(("Source",))),
    "src": source,
    "target": (target := Key(("Target",))),
    "dst": target,
    "destination": target,
    "readonly": (readonly := Key(("ReadOnly",), _truth, bare=True)),
    "ro": readonly,
    "consistency": Key(("Consistency",), str.lower),
    "bind-propagation": Key(("BindOptions", "Propagation"), str.lower),
    "bind-nonrecursive": Key(("BindOptions", "NonRecursive"), _truth, bare=True),
    "bind-recursive": Key(("BindOptions",), _recursion, _switch_on),
    "volume-subpath": Key(("VolumeOptions", "Subpath")),
    "volume-nocopy": Key(("VolumeOptions", "NoCopy"), _truth, bare=True),
    "volume-label": Key(("VolumeOptions", "Labels"), put=_add),
    "volume-driver": Key(("VolumeOptions", "DriverConfig", "Name")),
    "volume-opt": Key(("VolumeOptions", "DriverConfig", "Options"), put=_add),
    "image-subpath": Key(("ImageOptions", "Subpath")),
    "tmpfs-size": Key(("TmpfsOptions", "SizeBytes"), _size),
    "tmpfs-mode": Key(("TmpfsOptions", "Mode"), _octal),
}

DEPRECATED = "bind-nonrecursive"
DEPRECATION = f"{DEPRECATED} is deprecated, use bind-recursive=disabled instead"

OPTIONS = {"volume": "VolumeOptions", "bind": "BindOptions", "image": "ImageOptions", "tmpfs": "TmpfsOptions"}


def parse_mount(value: str, folder: str = "") -> Mount:
    """The JSON of one mount typed in ``folder``. Raises ValueError with docker's words."""
    mount: Mount = {"Type": "volume"}
    for field in csv_fields(value):
        _read_field(mount, field)
    if "VolumeOptions" in mount:
        mount["VolumeOptions"].setdefault("DriverConfig", {})
    _check_mount(mount)
    if "Source" in mount:
        mount["Source"] = absolute(mount["Source"], folder)
    return mount


def _read_field(mount: Mount, field: str) -> None:
    name, equals, value = field.partition("=")
    name = name.lower()
    key = KEYS.get(name)
    if not equals and (key is None or not key.bare):
        raise ValueError(f"invalid field '{field}' must be a key=value pair")
    if key is None:
        raise ValueError(f"unexpected key '{name}' in '{field}'")
    try:
        content = key.read(value if equals else "true")
    except ValueError as error:
        raise ValueError(f"invalid value for {name}: {value}{error}") from None
    key.put(mount, key.place, content)


def _check_mount(mount: Mount) -> None:
    kind = mount.get("Type")
    if not kind:
        raise ValueError("type is required")
    if not mount.get("Target"):
        raise ValueError("target is required")
    for option_kind, options in OPTIONS.items():
        if options in mount and kind != option_kind:
            raise ValueError(f"cannot mix '{option_kind}-*' options with mount type '{kind}'")
    bind = mount.get("BindOptions", {})
    for word in ("writable", "readonly"):
        if RECURSION[word] in bind and not mount.get("ReadOnly"):
            raise ValueError(f"option 'bind-recursive={word}' requires 'readonly' to be specified in conjunction")
    if RECURSION["readonly"] in bind and bind.get("Propagation") != "rprivate":
        wanted = "requires 'bind-propagation=rprivate' to be specified in conjunction"
        raise ValueError(f"option 'bind-recursive=readonly' {wanted}")


def deprecations(value: str) -> list[str]:
    """What docker warns of in a mount that it takes."""
    given = [field.partition("=") for field in csv_fields(value)]
    return [DEPRECATION for key, equals, _ in given if equals and key.lower() == DEPRECATED]
