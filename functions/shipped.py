"""The data files that travel with the functions, also from inside a zipped wheel."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

DATA: Final[Traversable] = files(__name__.rpartition(".")[0]) / "data"


def read_data(name: str) -> dict[str, Any]:
    """A TOML file of `functions/data`.

    >>> read_data("choices.toml")["clock"]["close"]
    ['Close', '结案']
    """
    return tomllib.loads((DATA / name).read_text("utf-8"))
