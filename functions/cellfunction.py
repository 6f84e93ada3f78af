"""A cell function: what it declares, and the one way to call it.

`CellFunction` reads a plain typed function (signature, docstring, translation). `CellFunction.call`
is how every surface calls it: it counts and coerces arguments, lets blanks pass through, broadcasts
columns, picks a `part` of a row and turns every failure into a `CellError`.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from .coerce import coercer
from .messages import Lang, Message, translate
from .parameter import Parameter
from .ranges import flatten, is_range
from .rules import DEFAULT_RULES, is_rules
from .values import CHOICES, CellError, CellFault, Choices
from .valuetypes import ValueType, value_type
from .zones import AwareMoment, in_zone


class CellFunction:
    """A registered function: its metadata, and the one way to call it."""

    def __init__(self, function: Callable[..., Any], names: Mapping[str, str]) -> None:
        self.function = function
        self.name = function.__name__.removesuffix("_").upper()
        self.names = {"en": self.name, **names}
        self.doc = inspect.cleandoc(function.__doc__ or "")
        if not self.doc:
            raise TypeError(f"{self.name}: a cell function needs a docstring")
        self.summary = self.doc.split("\n\n")[0].replace("\n", " ")
        hints = typing.get_type_hints(function, include_extras=True)
        self.result = value_type(hints.pop("return"))
        self.parameters = self._parameters(hints)
        self.part_index = next((i for i, p in enumerate(self.parameters) if p.name == "part"), None)
        """Position of `part` among the arguments; None where the result is no row."""
        self.rules_index = next(
            (i for i, p in enumerate(self.parameters) if p.type.name == "rules"), None
        )
        """Position of the rules among the arguments; None where no rule has a say."""
        self._repeats = any(p.repeating for p in self.parameters)
        self._minimum = sum(parameter.required for parameter in self.parameters)
        self._maximum = sys.maxsize if self._repeats else len(self.parameters)
        # One tuple per argument: unpacking it is the fastest way through the loop in `call`.
        self._steps = tuple(
            (p.coerce, p.type.is_scalar, p.required and not p.type.nullable, p.fallback)
            for p in self.parameters
            if not p.repeating
        )

    def _parameters(self, hints: dict[str, Any]) -> tuple[Parameter, ...]:
        found: list[Parameter] = []
        for name, signature in inspect.signature(self.function).parameters.items():
            hint = hints[name]
            notes = getattr(hint, "__metadata__", ())
            description = next((note for note in notes if isinstance(note, str)), "")
            if not description:
                raise TypeError(f"{self.name}: parameter {name} needs a description")
            kind = value_type(hint)
            repeating = signature.kind is inspect.Parameter.VAR_POSITIONAL
            default = None if repeating else signature.default
            found.append(
                Parameter(name, description, kind, coercer(kind, name), default, repeating)
            )
        if self.result.name == "row":
            kind = ValueType("choice", self.parts, nullable=True)
            part = Parameter("part", "One cell of the row", kind, coercer(kind, "part"), None)
            at = len(found) - 1 if found and found[-1].type.name == "rules" else len(found)
            found.insert(at, part)
        return tuple(found)

    @cached_property
    def part_names(self) -> tuple[str, ...]:
        """Names of the cells of a row result."""
        return tuple(name for name, _ in self.result.parts)

    @cached_property
    def parts(self) -> Choices:
        """The words by which `part` names the cells of a row result."""
        return CHOICES["part"].subset("part", self.part_names)

    @cached_property
    def gives_one_cell(self) -> bool:
        """Whether the result of one call fits one cell, or one row of cells."""
        return self.result.is_scalar or self.result.name == "row"

    def describe(self, lang: Lang) -> str:
        """The summary sentence in `lang`."""
        return translate(self.summary, lang)

    def title(self, lang: Lang) -> str:
        """The function's name in `lang`."""
        return self.names.get("zh_CN", self.name) if lang == "zh" else self.name

    def call(self, *args: Any) -> Any:
        """The value for these cells: a scalar, a row, a list of rows, or a `CellError`.

        A list (or a range as a list of rows) where one cell is declared makes the function run for
        each cell; the result then has the same shape, or one row per cell.
        """
        count = len(args)
        if not self._minimum <= count <= self._maximum:
            return self._miscounted(count)
        at = self.part_index
        if at is not None and count == at + 1:
            args = self.arranged(args)
        values: list[Any] = []
        blank = False
        try:
            for (coerce, scalar, needed, fallback), value in zip(self._steps, args):  # noqa: B905 (strict= costs time here)
                kind = value.__class__
                if value is None or (kind is str and (not value or value.isspace())):
                    blank = blank or needed
                    values.append(fallback)
                elif (kind is list or kind is tuple) and scalar:
                    return self._broadcast(args)
                elif kind is CellError:
                    raise CellFault(value.message, value.kind)
                else:
                    values.append(coerce(value))
            if blank:
                return None
            if self._repeats:
                values.extend(self._further(args))
            part = values.pop(at) if at is not None and len(values) > at else None
            result = self.function(*values)
            return result if part is None or result is None else getattr(result, part)
        except CellFault as fault:
            ranges = any(self._is_spread(i, value) for i, value in enumerate(args))
            return self._broadcast(args) if ranges else fault.error
        except AwareMoment:
            return self._call_in_zone(args)
        except Exception as error:
            return self._broken(error)

    def run(self, values: Sequence[Any]) -> Any:
        """Call the Python function with coerced values, `part` left out; failures are values."""
        try:
            return self.function(*values)
        except CellFault as fault:
            return fault.error
        except Exception as error:
            return self._broken(error)

    def arranged(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments, with rules that stand in the place of `part` moved to their own."""
        at, rules = self.part_index, self.rules_index
        if at is None or rules is None or len(args) != at + 1 or not is_rules(args[at]):
            return tuple(args)
        first = next(iter(flatten(args[at])), None)
        if isinstance(first, str) and self.parts.id(first) is not None:
            return tuple(args)  # a range of part names
        return (*args[:at], None, args[at])

    def _broken(self, error: Exception) -> CellError:
        # A throw never leaves a cell; the sentence names the function so that it is reported.
        return CellError(
            "#VALUE!",
            Message(
                "{function} could not compute this ({error}); please report it.",
                function=self.name,
                error=f"{type(error).__name__}: {error}",
            ),
        )

    def _further(self, args: Sequence[Any]) -> Sequence[Any]:
        further = args[len(self._steps) :]
        for value in further:
            if value.__class__ is CellError:
                raise CellFault(value.message, value.kind)
        return further

    def _call_in_zone(self, args: Sequence[Any]) -> Any:
        """Naive moments are wall time of the rules' zone; aware ones are brought to it."""
        rules = DEFAULT_RULES
        at = self.rules_index
        if at is not None and at < len(args) and args[at] is not None:
            try:
                rules = self.parameters[at].coerce(args[at])
            except CellFault as fault:
                return fault.error
        zone = ZoneInfo(rules["calendar.tz"])
        local = [
            in_zone(parameter.type, value, zone)
            for parameter, value in zip(self.parameters, args, strict=False)
        ]
        return self.call(*local)

    def _is_spread(self, index: int, value: Any) -> bool:
        return index < len(self._steps) and self._steps[index][1] and is_range(value)

    def _broadcast(self, args: Sequence[Any]) -> Any:
        if not self.gives_one_cell:
            return self._single(args)
        lengths = {len(value) for i, value in enumerate(args) if self._is_spread(i, value)}
        lengths.discard(1)
        if len(lengths) > 1:
            return CellError(
                "#VALUE!",
                Message(
                    "{function}: the columns have different lengths ({lengths}).",
                    function=self.name,
                    lengths=", ".join(str(length) for length in sorted(lengths)),
                ),
            )
        length = lengths.pop() if lengths else 1
        spread = [
            self._spread(value, length)
            if self._is_spread(i, value)
            else [self._constant(i, value)] * length
            for i, value in enumerate(args)
        ]
        results: list[Any] = []
        for row in zip(*spread, strict=True):
            result = self.call(*row)
            if result.__class__ is list and self.result.name == "row" and self._whole_rows(args):
                results.extend(result)
            else:
                results.append(result)
        return results

    def _constant(self, index: int, value: Any) -> Any:
        """An argument that is the same for every cell, coerced once; if it is bad, as it is."""
        if value is None or index >= len(self._steps):
            return value
        try:
            return self._steps[index][0](value)
        except (CellFault, AwareMoment):
            return value

    def _spread(self, value: Sequence[Any], length: int) -> Sequence[Any]:
        return list(value) * length if len(value) == 1 else value

    def _whole_rows(self, args: Sequence[Any]) -> bool:
        at = self.part_index
        return at is None or len(args) <= at or args[at] is None

    def _single(self, args: Sequence[Any]) -> Any:
        """A function that gives a table takes one cell where one is declared."""
        cells: list[Any] = list(args)
        for i, value in enumerate(args):
            if self._is_spread(i, value):
                found = flatten(value)
                if len(found) != 1 or is_range(found[0]):
                    return CellError(
                        "#VALUE!",
                        Message(
                            "{function} takes one cell for {parameter}, not a range.",
                            function=self.name,
                            parameter=Message(f"argument {self.parameters[i].name}"),
                        ),
                    )
                cells[i] = found[0]
        return self.call(*cells)

    def _miscounted(self, count: int) -> CellError:
        return CellError(
            "#VALUE!",
            Message(
                "{function} was given {count} arguments; expected {function}({names}).",
                function=self.name,
                count=count,
                names=", ".join(parameter.shown for parameter in self.parameters),
            ),
        )
