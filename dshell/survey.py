"""All that a daemon has at one moment, and what belongs to what: for ``map``, which ``teach.drawing`` draws."""

from dshell.record import Record


class Use(Record):
    """What a container has from outside. ``outer``: a port of the machine, a volume, a folder; ``inner``: in it."""

    outer: str
    inner: str


class Resident(Record):
    """One container of a survey. ``status``: the daemon's word; ``since``: seconds since the epoch of its last change.

    ``exit_code``: None while it runs, or when it never ran. ``image_id``: of the image that it was made from.
    ``folders``: of the daemon's machine.
    """

    name: str
    image: str
    image_id: str
    command: str
    status: str
    since: float = 0.0
    exit_code: int | None = None
    ports: tuple[Use, ...] = ()
    volumes: tuple[Use, ...] = ()
    folders: tuple[Use, ...] = ()
    networks: tuple[str, ...] = ()


class Stock(Record):
    """One image of a survey. ``names``: its tags, none for one that lost them; ``size``: bytes."""

    id: str
    names: tuple[str, ...]
    size: int = 0


class Survey(Record):
    """All that a daemon has at one moment."""

    images: tuple[Stock, ...] = ()
    containers: tuple[Resident, ...] = ()
    volumes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
