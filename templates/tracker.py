"""The tracker as data: what `tracker.toml` may say, read and checked once."""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..functions.messages import Lang
from ..functions.values import CHOICES, Choices

ColumnType = Literal[
    "id", "text", "long", "number", "money", "percent", "moment", "day", "flag", "choice", "multi"
]
"""`id` is text that is never a number; `long` is text that wraps; `multi` is several choices."""
Part = Literal["in", "out", "over"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Titles(_Model):
    """A title in both languages."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The title in `lang`."""
        return self.zh if lang == "zh" else self.en


class Column(_Model):
    """One column. An `out` column has a formula, or says in `later` why it has none yet."""

    id: str
    title: Titles
    type: ColumnType
    part: Part = "in"
    choices: str | None = None
    """Name of the choice set, for `choice` and `multi`."""
    width: float = 12
    formula: str | None = None
    rule: str | None = None
    """Name of the step of refresh that fills the column where one formula cannot (freezing,
    main case, problems, …); see addin/refresh."""
    later: str | None = None
    overrides: str | None = None
    """For an `over` column: the out column that it beats."""
    freezes: Literal["solution", "close"] = "close"
    """The moment from which an out column keeps its value."""
    private: bool = False
    """Holds personal data: masked in shared views and reports."""

    @property
    def choice_set(self) -> Choices | None:
        """The words of a `choice` or `multi` column."""
        return CHOICES[self.choices] if self.choices else None

    @model_validator(mode="after")
    def _check(self) -> Column:
        if (self.type in {"choice", "multi"}) != (self.choices is not None):
            raise ValueError(f"{self.id}: choices go with the types choice and multi")
        if self.part == "out" and sum(map(bool, (self.formula, self.rule, self.later))) != 1:
            raise ValueError(f"{self.id}: an out column has one of formula, rule, later")
        if self.part != "out" and (self.formula or self.rule or self.later):
            raise ValueError(f"{self.id}: only out columns are computed")
        if (self.part == "over") != (self.overrides is not None):
            raise ValueError(f"{self.id}: an over column says what it overrides")
        return self


class Relation(_Model):
    """Rows of another table that belong to a row of this one."""

    table: str
    on: dict[str, str]
    """Own column → column of the other table; all must be equal and not blank."""
    fallback: dict[str, str] | None = None
    """Used for a row that `on` finds nothing for."""
    many: bool = False
    """True: a column reference through it is the list of all matching rows' values."""


class View(_Model):
    """Columns that one role looks at, at most 12."""

    id: str
    title: Titles
    columns: list[str] = Field(min_length=1, max_length=12)


class Table(_Model):
    """One table of the tracker."""

    id: str
    title: Titles
    key: list[str] = Field(min_length=1)
    columns: list[Column]
    relations: dict[str, Relation] = {}
    hidden: dict[str, str] = {}
    """Intermediate values by name → formula, or `rule:` and the name of a step of refresh;
    computed like out columns, shown nowhere."""
    views: list[View] = []

    def column(self, column: str) -> Column:
        """The column with this id; KeyError if there is none."""
        return self.by_id[column]

    @cached_property
    def by_id(self) -> dict[str, Column]:
        """Column id → column."""
        return {column.id: column for column in self.columns}

    @property
    def out(self) -> list[Column]:
        """The computed columns."""
        return [column for column in self.columns if column.part == "out"]


class Tracker(_Model):
    """All tables, in the order of their sheets."""

    tables: list[Table]

    @cached_property
    def by_id(self) -> dict[str, Table]:
        """Table id → table."""
        return {table.id: table for table in self.tables}

    def table(self, table: str) -> Table:
        """The table with this id; KeyError if there is none."""
        return self.by_id[table]


@cache
def load_tracker() -> Tracker:
    """The shipped tracker definition, checked."""
    text = (files(__package__ or "") / "tracker.toml").read_text("utf-8")
    return Tracker.model_validate(tomllib.loads(text))
