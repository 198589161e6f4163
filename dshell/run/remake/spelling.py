"""Values of the daemon's, spelled as flags are given them: what ``line`` and ``run.native`` read, written back."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from dshell.line.mounts import KEYS, RECURSION

Part = Mapping[str, Any]

UNITS = (("g", 1024**3), ("m", 1024**2), ("k", 1024))
LENGTHS = (("h", 3600 * 10**9), ("m", 60 * 10**9), ("s", 10**9), ("ms", 10**6), ("us", 10**3), ("ns", 1))


def size(count: int) -> str:
    """Bytes: ``64m``. -1 is without a limit."""
    unit, factor = next(((unit, factor) for unit, factor in UNITS if count > 0 and count % factor == 0), ("", 1))
    return f"{count // factor}{unit}"


def duration(nanoseconds: int) -> str:
    unit, length = next((unit, length) for unit, length in LENGTHS if nanoseconds % length == 0)
    return f"{nanoseconds // length}{unit}"


def cpus(billionths: int) -> str:
    return f"{Decimal(billionths) / 10**9:f}"


def csv(fields: Iterable[str]) -> str:
    """One CSV record, as ``line.record`` reads it."""
    return ",".join('"' + field.replace('"', '""') + '"' if set(field) & set(',"\n') else field for field in fields)


def pairs(content: Part) -> Iterator[str]:
    """``key=value``; a key without a value stands alone."""
    yield from (f"{key}={value}" if value else key for key, value in content.items())


def published(port: str, binding: Part) -> str:
    """``-p``: ``127.0.0.1:8080:80/udp``; /tcp is not said."""
    inner = port.removesuffix("/tcp")
    address, outer = binding.get("HostIp") or "", binding.get("HostPort") or ""
    if ":" in address:
        address = f"[{address}]"
    return f"{address}:{outer}:{inner}" if address else f"{outer}:{inner}" if outer else inner


def device(part: Part) -> str:
    outer, inner = part["PathOnHost"], part.get("PathInContainer") or ""
    mode = part.get("CgroupPermissions") or "rwm"
    if mode != "rwm":
        return f"{outer}:{inner}:{mode}"
    return outer if inner in {"", outer} else f"{outer}:{inner}"


def limit(part: Part) -> str:
    soft, hard = part["Soft"], part["Hard"]
    return f"{part['Name']}={soft}" if soft == hard else f"{part['Name']}={soft}:{hard}"


def gpus(part: Part) -> str:
    """``--gpus``: of a request with capabilities."""
    names, count = part.get("DeviceIDs") or (), part.get("Count") or 0
    capabilities = [name for group in part.get("Capabilities") or () for name in group if name != "gpu"]
    driver, options = part.get("Driver"), part.get("Options") or {}
    if not (names or capabilities or driver or options):
        return "all" if count == -1 else str(count)
    fields = [f"driver={driver}"] if driver else []
    if names:
        fields.append("device=" + ",".join(names))
    elif count:
        fields.append("count=" + ("all" if count == -1 else str(count)))
    fields += ["capabilities=" + ",".join(capabilities)] if capabilities else []
    fields += ["options=" + csv(pairs(options))] if options else []
    return csv(fields)


def mount(part: Part) -> str:
    """``--mount``, by the keys that it is read with."""
    fields: list[str] = []
    for name, key in KEYS.items():
        if name in ALIASES:
            continue
        content: Any = part
        for place in key.place:
            content = (content or {}).get(place)
        if content is None or content is False or content == "":
            continue
        if name == "bind-recursive":
            fields += [f"{name}={word}" for word, option in RECURSION.items() if option and content.get(option)]
        elif isinstance(content, Mapping):
            fields += [f"{name}={pair}" for pair in pairs(content)]
        elif content is True:
            fields.append(name)
        else:
            fields.append(f"{name}={content:o}" if name == "tmpfs-mode" else f"{name}={content}")
    return csv(fields)


ALIASES = {"src", "target", "destination", "ro", "bind-nonrecursive"}
"""Other names of keys of ``--mount``; ``dst`` is written."""
