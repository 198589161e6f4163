"""What Go says of a file that cannot be read."""


def opening(error: OSError | ValueError, name: str) -> str:
    """``open x: no such file or directory``; a name with a NUL is an invalid argument."""
    words = (error.strerror if isinstance(error, OSError) else None) or "invalid argument"
    return f"open {name}: {words.lower()}"


def read_error(name: str) -> str:
    """A folder can be opened, but not read."""
    return f"read {name}: is a directory"
