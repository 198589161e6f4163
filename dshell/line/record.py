"""One CSV record, as Go's encoding/csv reads it: ``--mount``, ``--network`` and ``--gpus`` are such records."""

from __future__ import annotations


def csv_fields(text: str) -> list[str]:
    """The fields of the first record, with the refusals of encoding/csv; columns are counted in bytes from 1."""
    rows = text.split("\n")
    first = next((number for number, row in enumerate(rows) if row.removesuffix("\r")), None)
    if first is None:
        raise ValueError("EOF")
    return _Record(rows, first).read()


class _Record:
    def __init__(self, rows: list[str], first: int) -> None:
        self._rows = rows
        self._first = first
        self._number = first
        self._row = self._line(first)

    def _line(self, number: int) -> str:
        """Go drops the carriage return before a line end, and at the very end too."""
        return self._rows[number].removesuffix("\r")

    def read(self) -> list[str]:
        fields: list[str] = []
        at = 0
        while True:
            field, at = self._quoted(at) if self._row.startswith('"', at) else self._bare(at)
            fields.append(field)
            if at == len(self._row):
                return fields
            at += 1

    def _bare(self, start: int) -> tuple[str, int]:
        end = self._row.find(",", start)
        end = len(self._row) if end < 0 else end
        quote = self._row.find('"', start, end)
        if quote >= 0:
            raise self._refused(quote, 'bare " in non-quoted-field')
        return self._row[start:end], end

    def _quoted(self, start: int) -> tuple[str, int]:
        value, at = "", start + 1
        while True:
            quote = self._row.find('"', at)
            if quote < 0:
                value += self._row[at:]
                if self._number + 1 == len(self._rows):
                    raise self._refused(len(self._row), 'extraneous or missing " in quoted-field')
                value, at = value + "\n", 0
                self._number += 1
                self._row = self._line(self._number)
                continue
            end = quote + 1
            value += self._row[at:quote]
            if self._row.startswith('"', end):
                value, at = value + '"', end + 1
            elif end == len(self._row) or self._row[end] == ",":
                return value, end
            else:
                raise self._refused(quote, 'extraneous or missing " in quoted-field')

    def _refused(self, at: int, why: str) -> ValueError:
        column = len(self._row[:at].encode(errors="surrogateescape")) + 1
        begun = f"record on line {self._first + 1}; " if self._number != self._first else ""
        return ValueError(f"{begun}parse error on line {self._number + 1}, column {column}: {why}")
