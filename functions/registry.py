"""The registry of cell functions: one definition, every surface.

`@cell_function` reads a plain typed function (signature, docstring, translation) and registers it.
`CellFunction.call` is how every surface calls it: it counts and coerces arguments, lets blanks pass
through, broadcasts columns, picks a `part` of a row and turns every failure into a `CellError`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from .coerce import Coercer, TypeName, ValueType, coercer, value_type
from .messages import Lang, Message, translate
from .rules import is_rules
from .values import CellError, CellFault, Choices

F = TypeVar("F", bound=Callable[..., Any])

_REQUIRED: Any = inspect.Parameter.empty
# A value of this very class needs no coercion. (Naive moments; aware ones are rare and converted.)
_READY: dict[TypeName, type] = {"number": float, "flag": bool}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a cell function."""

    name: str
    description: str
    type: ValueType
    default: Any = _REQUIRED
    coerce: Coercer = str
    repeating: bool = False
    """Takes all further arguments; only the last one may."""

    @property
    def required(self) -> bool:
        """Whether a call must name it, and a blank in it makes the result blank."""
        return self.default is _REQUIRED

    @property
    def fallback(self) -> Any:
        """What the function gets for a blank: its default, or None."""
        return None if self.default is _REQUIRED else self.default


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
        self.parameters = tuple(self._parameters(hints))
        self._minimum = sum(parameter.required for parameter in self.parameters)
        self._steps = tuple(
            (
                p.coerce,
                _READY.get(p.type.name),
                p.type.is_scalar,
                p.required and not p.type.nullable,
                p.fallback,
            )
            for p in self.parameters
            if not p.repeating
        )
        self._repeats = any(p.repeating for p in self.parameters)
        self.part_index = next(
            (i for i, p in enumerate(self.parameters) if p.name == "part"), None
        )
        """Position of `part` among the arguments; None where the result is no row."""

    def _parameters(self, hints: dict[str, Any]) -> Iterator[Parameter]:
        plain: list[Parameter] = []
        for name, signature in inspect.signature(self.function).parameters.items():
            hint = hints[name]
            notes = getattr(hint, "__metadata__", ())
            description = next((note for note in notes if isinstance(note, str)), "")
            if not description:
                raise TypeError(f"{self.name}: parameter {name} needs a description")
            kind = value_type(hint)
            repeating = signature.kind is inspect.Parameter.VAR_POSITIONAL
            default = None if repeating else signature.default
            plain.append(
                Parameter(name, description, kind, default, coercer(kind, name), repeating)
            )
        if self.result.name == "row":
            parts = Choices(
                "part", {name: [name.replace("_", " ")] * 2 for name, _ in self.result.parts}
            )
            kind = ValueType("choice", parts, nullable=True)
            part = Parameter("part", "One cell of the row", kind, None, coercer(kind, "part"))
            at = len(plain) - 1 if plain and plain[-1].type.name == "rules" else len(plain)
            plain.insert(at, part)
        return iter(plain)

    @cached_property
    def part_names(self) -> tuple[str, ...]:
        """Names of the cells of a row result."""
        return tuple(name for name, _ in self.result.parts)

    def describe(self, lang: Lang) -> str:
        """The summary sentence in `lang`."""
        return translate(self.summary, lang)

    def title(self, lang: Lang) -> str:
        """The function's name in `lang`."""
        return self.names.get("zh_CN", self.name) if lang == "zh" else self.name

    def call(self, *args: Any) -> Any:
        """The value for these cells: a scalar, a row, a list of rows, or a `CellError`.

        A list (or a range as a list of rows) where one cell is declared makes the function run for
        each cell; the result then has the same shape.
        """
        at = self.part_index
        if at is not None and len(args) == at + 1 and is_rules(args[at]):
            args = (*args[:at], None, args[at])
        if len(args) < self._minimum or (len(args) > len(self._steps) and not self._repeats):
            return self._miscounted(len(args))
        values: list[Any] = []
        blank = False
        try:
            for step, value in zip(self._steps, args):  # noqa: B905 (strict= costs time here)
                coerce, ready, scalar, required, fallback = step
                kind = value.__class__
                if kind is ready:
                    values.append(value)
                    continue
                if value is None or (kind is str and (not value or value.isspace())):
                    blank = blank or required
                    values.append(fallback)
                    continue
                if kind is list or kind is tuple:
                    if scalar:
                        return self._broadcast(args)
                elif kind is CellError:
                    return value
                values.append(coerce(value))
        except CellFault as fault:
            return fault.error
        if blank:
            return None
        if self._repeats:
            values.extend(args[len(self._steps) :])
        part = values.pop(at) if at is not None and len(values) > at else None
        result = self.run(values)
        if part is None or result is None or result.__class__ is CellError:
            return result
        return getattr(result, part)

    def run(self, values: Sequence[Any]) -> Any:
        """Call the Python function with coerced values, `part` left out; failures are values."""
        try:
            return self.function(*values)
        except CellFault as fault:
            return fault.error
        except Exception as error:
            # A throw never leaves a cell; the sentence names the function so that it is reported.
            return CellError(
                "#VALUE!",
                Message(
                    "{function} could not compute this ({error}); please report it.",
                    function=self.name,
                    error=f"{type(error).__name__}: {error}",
                ),
            )

    def _broadcast(self, args: Sequence[Any]) -> Any:
        shapes = {
            len(value)
            for parameter, value in zip(self.parameters, args, strict=False)
            if parameter.type.is_scalar and isinstance(value, (list, tuple))
        }
        shapes.discard(1)
        if len(shapes) > 1:
            return CellError(
                "#VALUE!",
                Message(
                    "{function}: the columns have different lengths ({lengths}).",
                    function=self.name,
                    lengths=", ".join(str(length) for length in sorted(shapes)),
                ),
            )
        length = shapes.pop() if shapes else 1
        spread = [
            _spread(value, length) if parameter.type.is_scalar else [value] * length
            for parameter, value in zip(self.parameters, args, strict=False)
        ]
        return [self.call(*row) for row in zip(*spread, strict=True)] if length else []

    def _miscounted(self, count: int) -> CellError:
        names = [
            f"{p.name}…" if p.repeating else p.name if p.required else f"[{p.name}]"
            for p in self.parameters
        ]
        return CellError(
            "#VALUE!",
            Message(
                "{function} was given {count} arguments; expected {function}({names}).",
                function=self.name,
                count=count,
                names=", ".join(names),
            ),
        )


def _spread(value: Any, length: int) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        return [value] * length
    cells = typing.cast("Sequence[Any]", value)
    return list(cells) * length if len(cells) == 1 else cells


class Registry(Mapping[str, CellFunction]):
    """All cell functions by English name; a Chinese name finds them too, in any letter case."""

    def __init__(self) -> None:
        self._functions: dict[str, CellFunction] = {}
        self._names: dict[str, str] = {}

    def add(self, function: CellFunction) -> None:
        """Register; a name that is taken, in either language, is a programming error."""
        for name in {name.upper() for name in function.names.values()}:
            if name in self._names:
                raise ValueError(f"two cell functions are called {name}")
        for name in function.names.values():
            self._names[name.upper()] = function.name
        self._functions[function.name] = function

    def __getitem__(self, name: str) -> CellFunction:
        plain = name.upper().removeprefix("FANPAN.").removeprefix("FANPAN_")
        return self._functions[self._names[plain]]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.upper() in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._functions))

    def __len__(self) -> int:
        return len(self._functions)


REGISTRY = Registry()


def cell_function(
    *, names: Mapping[str, str], registry: Registry = REGISTRY
) -> Callable[[F], F]:
    """Register the decorated function; `names` holds its name in other locales (`zh_CN`)."""

    def register(function: F) -> F:
        registry.add(CellFunction(function, names))
        return function

    return register
