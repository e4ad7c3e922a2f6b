"""Parts of the grammar that the software itself brings as data, read by the same shapes as a rulebook's."""

from collections.abc import Mapping
from typing import Any, TypeVar

from guanhao.rulebook import yamltext
from guanhao.rulebook.parties import Named
from guanhao.rulebook.reading import Here, Reading
from guanhao.rulebook.shapes import Keyed
from guanhao.rulebook.structs import Struct

N = TypeVar("N", bound=Named)


def entries(text: str, file: str, cls: type[N]) -> Mapping[str, N]:
    """The entries of a mapping such as `platforms` or `lifecycle`, in their order.

    Raises:
        RulebookError: the text does not fit the grammar.
    """
    raw, lines = yamltext.parse(text, file)
    reading = Reading(file, raw, lines)
    found: Any = Keyed(Struct(cls)).read(raw, Here(reading))
    reading.raise_problems()
    return dict(found)
