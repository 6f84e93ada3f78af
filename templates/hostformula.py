"""A formula of `tracker.toml` in the words of a spreadsheet program.

What a program has itself (IF, comparisons, lookups) is written in its own functions, so that one
recalculation calls Fanpan once per cell. Only functions that every supported program knows are
used; LET, MAP and XLOOKUP are for Google alone, whose one formula per column works on whole
columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from ..functions.messages import Lang, Message
from ..functions.values import Choices
from .areas import ROW, Area
from .formula import NATIVE, Call, Named, Node, Ref, parse_formula
from .formula import Literal as Constant
from .tracker import Relation, Table, Tracker

LiveHost = Literal["excel", "libreoffice", "google"]
# As each program stores the name in a workbook: Excel marks functions of add-ins.
_NAMES: Final[Mapping[LiveHost, str]] = {
    "excel": "_xldudf_FANPAN_{}",
    "libreoffice": "FANPAN.{}",
    "google": "FANPAN_{}",
}
_FAR: Final = "9999999"
"""A serial number beyond any date."""
MANY_ROWS: Final = Message("Refresh computes it from many rows.")


class NotLive(Exception):
    """The reason why a column stays a value."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text())
        self.reason = reason


def stored_name(host: LiveHost, function: str) -> str:
    """A cell function's name as the program stores it in a workbook.

    >>> stored_name("excel", "KIND"), stored_name("libreoffice", "KIND")
    ('_xldudf_FANPAN_KIND', 'FANPAN.KIND')
    """
    return _NAMES[host].format(function)


def hidden_call(table: Table, name: str) -> Call:
    """The formula of a hidden value; raises `NotLive` where it is a step of refresh."""
    source = table.hidden[name]
    if source.startswith("rule:"):
        raise NotLive(MANY_ROWS)
    return parse_formula(source)


class HostFormulas:
    """Writes formulas of one workbook for one host."""

    def __init__(
        self,
        tracker: Tracker,
        areas: Mapping[str, Area],
        host: LiveHost,
        lang: Lang,
        shared: Mapping[str, str],
    ) -> None:
        """`shared` names the two cells that all formulas share: `rules` and `now`."""
        self._tracker = tracker
        self._areas = areas
        self._host: LiveHost = host
        self._lang: Lang = lang
        self._shared = shared
        self._named: dict[str, str] = {}
        """Hidden values of the formula being written, by name: Google computes each once."""

    def write(self, table: str, call: Call) -> str:
        """The formula without "="; raises `NotLive` where the host cannot compute it."""
        self._named = {}
        text = self._call(table, call)
        if self._host != "google":
            return text
        named = "".join(f"{name},{value}," for name, value in self._named.items())
        return f"ARRAYFORMULA(LET({named}{text}))" if named else f"ARRAYFORMULA({text})"

    # Values.

    def _text(self, table: str, node: Node, *, bare: bool = False) -> str:
        """A value; `bare`: where it is only compared or joined, so an empty cell may stay one."""
        match node:
            case Constant(value=None):
                return '""'
            case Constant(value=str() as value):
                quoted = '"' + value.replace('"', '""') + '"'
                return quoted.replace("\n", '"&CHAR(10)&"')
            case Constant(value=value):
                return f"{value:g}"
            case Named(name=name):
                return self._shared[name]
            case Ref(relation=None, column=column):
                return self._own(table, column, bare)
            case Ref():
                return self._related(table, node)
            case Call():
                return self._call(table, node)

    def _own(self, table: str, column: str, bare: bool) -> str:
        declared = self._tracker.table(table)
        if column in declared.hidden:
            text = self._text(table, hidden_call(declared, column), bare=bare)
            if self._host != "google":
                return text
            name = f"fp_{column}"
            self._named[name] = text
            return name
        own = self._cell(table, column)
        over = next(
            (c.id for c in declared.columns if c.overrides == column and self._has(table, c.id)),
            None,
        )
        if not bare:
            # An empty cell reaches a function as 0 in some programs, so it becomes an empty text.
            own = f'IF({own}="","",{own})'
        if over is None:
            return own
        cell = self._cell(table, over)
        return f'IF({cell}="",{own},{cell})'

    def _has(self, table: str, column: str) -> bool:
        return table in self._areas and column in self._areas[table].columns

    def _cell(self, table: str, column: str) -> str:
        if not self._has(table, column):
            title = self._tracker.table(table).column(column).title.text(self._lang)
            raise NotLive(Message("The column {column} is missing.", column=title))
        area = self._areas[table]
        letters = area.columns[column]
        if self._host == "google":
            return f"${letters}${area.first}:${letters}${area.last}"
        return f"${letters}{ROW}"

    def _related(self, table: str, ref: Ref) -> str:
        assert ref.relation is not None
        relation = self._tracker.table(table).relations[ref.relation]
        needed = {*relation.on.values(), *(relation.fallback or {}).values(), ref.column}
        if any(not self._has(relation.table, column) for column in needed):
            raise self._lacks(relation)
        if relation.many:
            raise ValueError(f"{table}: {ref.relation}.{ref.column} stands in EARLIEST or ANY only")
        found = '""'
        for on in (relation.fallback, relation.on):
            if on is not None:
                found = self._lookup(table, relation, on, ref.column, found)
        return found

    def _lacks(self, relation: Relation) -> NotLive:
        title = self._tracker.table(relation.table).title.text(self._lang)
        return NotLive(Message("The table {table} lacks a column.", table=title))

    def _lookup(
        self, table: str, relation: Relation, on: Mapping[str, str], column: str, otherwise: str
    ) -> str:
        area = self._areas[relation.table]
        values = area.whole(column)
        if self._host == "google":
            wanted = '&"|"&'.join(self._cell(table, own) for own in on)
            keys = '&"|"&'.join(area.whole(other) for other in on.values())
            return f"XLOOKUP({wanted},{keys},{values},{otherwise})"
        # The last key column tells rows apart, the others are checked: one MATCH over texts is
        # fast in every program, and what does not agree is not found rather than wrong.
        *_, (own_id, other_id) = on.items()
        at = f"MATCH({self._cell(table, own_id)},{area.whole(other_id)},0)"
        same = "*".join(
            f"(INDEX({area.whole(other)},{at})={self._cell(table, own)})"
            for own, other in on.items()
        )
        cell = f"INDEX({values},{at})"
        return f'IFERROR(IF({same},IF({cell}="","",{cell}),NA()),{otherwise})'

    # Calls.

    def _call(self, table: str, call: Call) -> str:
        if call.function in NATIVE:
            return self._native(table, call)
        args = [self._text(table, arg) for arg in call.args]
        return f"{stored_name(self._host, call.function)}({','.join(args)})"

    def _native(self, table: str, call: Call) -> str:
        def bare(position: int) -> str:
            return self._text(table, call.args[position], bare=True)

        match call.function:
            case "IF":
                condition = self._condition(table, call.args[0])
                then, otherwise = (self._text(table, arg) for arg in call.args[1:])
                return f"IF({condition},{then},{otherwise})"
            case "FIRST":
                return f'IF({bare(0)}<>"",{bare(0)},{self._text(table, call.args[1])})'
            case "JOIN":
                separator, first, second = map(bare, range(3))
                return f'{first}&IF(({first}<>"")*({second}<>""),{separator},"")&{second}'
            case "OPEN":
                return f'IF({bare(0)}="","",TEXT({bare(0)},"yyyy-mm-dd hh:mm:ss")&"~")'
            case "EARLIEST":
                return self._earliest(table, call.args)
            case _:
                raise ValueError(f"{table}: {call.function} is a condition")

    def _condition(self, table: str, node: Node) -> str:
        if not isinstance(node, Call):
            raise ValueError(f"{table}: a condition is a comparison or ANY")
        match node.function:
            case "EQ" | "NE":
                sign = "=" if node.function == "EQ" else "<>"
                one = self._text(table, node.args[0], bare=True)
                return f"{one}{sign}{self._compared(table, node)}"
            case "GT":
                one, other = (self._text(table, arg, bare=True) for arg in node.args)
                return f'({one}<>"")*({other}<>"")*({one}>{other})'
            case "AND" | "OR":
                sign = "*" if node.function == "AND" else "+"
                return sign.join(f"({self._condition(table, arg)})" for arg in node.args)
            case "ANY":
                return self._any(table, node)
            case _:
                raise ValueError(f"{table}: {node.function} is no condition")

    def _compared(self, table: str, node: Call) -> str:
        """The right side of a comparison: the word that the cells of a choice column hold."""
        one, other = node.args
        choices = self._choices(table, one)
        if choices is not None and isinstance(other, Constant) and isinstance(other.value, str):
            return self._word(choices, other.value)
        return self._text(table, other, bare=True)

    def _word(self, choices: Choices, value: str) -> str:
        return f'"{choices.word(value, self._lang)}"'

    def _choices(self, table: str, node: Node) -> Choices | None:
        """The words that a value shows; None where it shows itself."""
        declared = self._tracker.table(table)
        match node:
            case Ref(relation=None, column=column) if column in declared.hidden:
                return self._choices(table, hidden_call(declared, column))
            case Ref(relation=None, column=column):
                return declared.column(column).choice_set
            case Ref(relation=str() as relation, column=column):
                other = declared.relations[relation].table
                return self._tracker.table(other).column(column).choice_set
            case Call(function="IF", args=(_, then, _)):
                return self._choices(table, then)
            case _:
                return None

    def _matching(self, table: str, ref: Node) -> tuple[str, str]:
        """(the cells of a column of related rows, the rows' condition) for a `many` relation."""
        assert isinstance(ref, Ref)
        assert ref.relation is not None
        relation = self._tracker.table(table).relations[ref.relation]
        if any(not self._has(relation.table, c) for c in {*relation.on.values(), ref.column}):
            raise self._lacks(relation)
        area = self._areas[relation.table]
        key = "k" if self._host == "google" else None
        same = "*".join(
            f"({area.whole(other)}={key or self._cell(table, own)})"
            for own, other in relation.on.items()
        )
        return area.whole(ref.column), same

    def _each(self, table: str, ref: Node, text: str) -> str:
        """A formula about one row, for Google's whole column."""
        if self._host != "google":
            return text
        assert isinstance(ref, Ref)
        assert ref.relation is not None
        (own,) = self._tracker.table(table).relations[ref.relation].on
        return f"MAP({self._cell(table, own)},LAMBDA(k,{text}))"

    def _any(self, table: str, call: Call) -> str:
        # COUNTIFS takes an 18-digit id for a number and finds its neighbours; "=" does not.
        ref, *wanted = call.args
        cells, same = self._matching(table, ref)
        choices = self._choices(table, ref)
        tests = [f'({cells}<>"")'] if not wanted else []
        for value in wanted:
            assert isinstance(value, Constant)
            assert isinstance(value.value, str)
            word = self._word(choices, value.value) if choices else self._text(table, value)
            tests.append(f"({cells}={word})")
        return self._each(table, ref, f"SUMPRODUCT({same}*({'+'.join(tests)}))>0")

    def _earliest(self, table: str, args: tuple[Node, ...]) -> str:
        since, *moments = args
        if len(moments) == 1 and isinstance(moments[0], Ref) and moments[0].relation is not None:
            cells, same = self._matching(table, moments[0])
            # MINIFS would take a long id for a number; the largest distance from a far day is the
            # earliest day, and 0 where there is none.
            far = f'SUMPRODUCT(MAX({same}*({cells}<>"")*({_FAR}-{cells})))'
            return self._each(table, moments[0], f'IF({far}=0,"",{_FAR}-{far})')
        start = self._text(table, since, bare=True)
        # For Google without N and MIN, which would make one value of a whole column.
        start = f'IF({start}="",0,{start})' if self._host == "google" else f"N({start})"
        texts = [self._text(table, moment, bare=True) for moment in moments]
        ones = [f'IF(({text}<>"")*({text}>={start}),{text},{_FAR})' for text in texts]
        found = f"MIN({','.join(ones)})"
        if self._host == "google":
            found = ones[0]
            for one in ones[1:]:
                found = f"IF({found}<{one},{found},{one})"
        return f'IF({found}={_FAR},"",{found})'
