"""Records for a start that waits for none of them: ``typing.NamedTuple`` to a type checker and to who uses them.

A NamedTuple compiles a constructor of its own when its class is made: a fifth of the time of one line went into that,
for a hundred classes of which it uses few. All Records share one constructor, which takes longer: what each key
makes many of (words, pieces and flags of ``line.model``, ``line.split`` and ``grammar.model``) are NamedTuples.
"""

from operator import itemgetter
from typing import TYPE_CHECKING

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:

    class Record(tuple):
        __slots__ = ()

        def __init_subclass__(cls):
            own = vars(cls)
            cls._fields = cls.__match_args__ = fields = tuple(cls.__annotations__)
            cls._field_defaults = {field: own[field] for field in fields if field in own}
            for index, field in enumerate(fields):
                setattr(cls, field, property(itemgetter(index)))

        def __new__(cls, *values, **named):
            rest = cls._fields[len(values) :]
            if rest:
                given = cls._field_defaults | named
                values += tuple([given[field] for field in rest if field in given])
            if len(values) != len(cls._fields) or not named.keys() <= set(rest):
                raise TypeError(f"{cls.__name__} has {', '.join(cls._fields)}")
            return tuple.__new__(cls, values)

        def __repr__(self):
            return (
                f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in self._asdict().items())})"
            )

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **named):
            return type(self)(**self._asdict() | named)
