"""The rules tab, written, edited, read back, and kept as one text."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.messages import LANGS, Lang
from fanpan.functions.rules import (
    DEFAULT_RULES,
    Rules,
    business_calendar,
    is_rules,
    parse_rules,
    rule_rows,
)
from fanpan.functions.ruletab import DEFAULTS, SPECS
from fanpan.functions.rulevalues import Spec
from fanpan.functions.values import CHOICES, CellError, CellFault

MONDAY = datetime(2026, 3, 2)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Free text with what a sheet may hold: spaces, line breaks, separators, an equals sign, an emoji.
TEXT = st.text("带薪休假a1 =:;，\n\u3000\u200b😀-~%", min_size=1, max_size=12)
WORD = st.text("掉色假货ab1-+", min_size=1, max_size=5)
MARKS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]
HOURS = st.one_of(
    st.just("-"),
    st.lists(st.sampled_from(MARKS), min_size=2, max_size=6, unique=True).map(
        lambda marks: " ".join(
            f"{begin}-{end}"
            for begin, end in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
        )
    ),
    st.sampled_from(["22:00-06:00", "00:00-24:00", "9:00–12:00，13:30至18:00"]),
)


def limits(spec: Spec) -> tuple[float, float]:
    return max(spec.min or 0, 0.01), spec.max if spec.max is not None else 5000


@st.composite
def cells(draw: st.DrawFn, spec: Spec) -> tuple[Any, Any]:
    """(value, unit) of a rule as a person would type it."""
    low, high = limits(spec)
    match spec.type:
        case "duration":
            unit = draw(st.sampled_from(["min", "h", "d", "分钟", "小时", "天", None]))
            value = draw(st.one_of(st.integers(1, 500), st.sampled_from([0.5, 1.25, "90", "2.5"])))
            return value, unit
        case "number":
            return draw(st.one_of(st.integers(int(low + 1), int(high)), st.floats(low, high))), None
        case "count":
            return draw(st.integers(int(low + 1), int(high))), draw(
                st.sampled_from([spec.unit, None])
            )
        case "share":
            return draw(
                st.one_of(st.floats(0, high), st.integers(0, 100).map(lambda n: f"{n * high:g}%"))
            ), None
        case "money":
            return Decimal(draw(st.integers(1, int(high) * 100))) / 100, None
        case "words":
            word = st.sampled_from(CHOICES[spec.choices].ids) if spec.choices else WORD
            return "、".join(draw(st.lists(word, max_size=5))), None
        case "weights":
            pairs = st.tuples(WORD, st.floats(-9, 9, allow_nan=False))
            return " ".join(f"{word}:{weight!r}" for word, weight in draw(st.lists(pairs))), None
        case "choice":
            choices = CHOICES[spec.choices]
            words = [*choices.ids, *choices.words("zh"), *choices.words("en")]
            return draw(st.sampled_from(words)), None
        case "flag":
            return draw(st.sampled_from(["是", "否", "yes", "no", True, False, "TRUE"])), None
        case "hours":
            return draw(HOURS), None
        case "time":
            return draw(
                st.sampled_from(["8:30", "08:30:00", "8:30:59", time(22, 15), "00:00"])
            ), None
        case "zone":
            return draw(st.sampled_from(["Europe/London", "Asia/Tokyo"])), None
        case "text":
            return draw(TEXT), None
        case other:
            raise AssertionError(other)


DAYS = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.sampled_from(["holiday", "放假", "make_up", "调休上班", "special", "大促"]),
        HOURS,
    ),
    max_size=5,
    unique_by=lambda day: day[0],
)


@st.composite
def derived(draw: st.DrawFn) -> Rules:
    keys = draw(st.lists(st.sampled_from(sorted(SPECS)), max_size=12, unique=True))
    return Rules.build([[key, *draw(cells(SPECS[key]))] for key in keys], draw(DAYS))


@pytest.mark.parametrize("lang", LANGS)
@settings(max_examples=150)
@given(rules=derived())
def test_a_tab_written_and_read_back_is_equal(lang: Lang, rules: Rules) -> None:
    tab = [[row.key, row.value, row.unit, row.note] for row in rule_rows(lang, rules=rules)]
    title = "规则项" if lang == "zh" else "key"
    again = Rules.build([[title, "取值", "单位", "说明"], *tab])
    assert again.problems == []
    assert {key: again[key] for key in SPECS} == {key: rules[key] for key in SPECS}


@settings(max_examples=200)
@given(rules=derived())
def test_the_text_is_canonical(rules: Rules) -> None:
    again = parse_rules(rules.text)
    assert again.text == rules.text
    assert (again, hash(again), again.version) == (rules, hash(rules), rules.version)
    assert {key: again[key] for key in SPECS} == {key: rules[key] for key in SPECS}
    assert again.days == rules.days
    assert len(rules.text) < 32_767
    assert rules.version == sha256(rules.text.encode()).hexdigest()[:8]
    assert rules.text.count("\n") == len(rules.days) + sum(
        rules[key] != DEFAULTS[key] for key in SPECS
    )
    assert is_rules(rules.text)


def test_the_text_does_not_depend_on_order_or_spelling() -> None:
    tab: list[list[Any]] = [
        ["clock.response", 20, "分钟"],
        ["hours.mon", "13:30-18:00, 9:00-12:00", ""],
        ["clock.solution.quality", "2", "d"],
        ["alert.words", "差评 投诉", ""],
    ]
    other: list[list[Any]] = [
        ["clock.solution.quality", "48 小时", None],
        ["alert.words", "差评，投诉", ""],
        ["hours.mon", "09:00-12:00 13:30-18:00", ""],
        ["clock.response", "20 min", None],
        ["clock.close", 72, "h"],
    ]
    days: list[list[Any]] = [["2026-10-01", "放假", ""], [date(2026, 10, 10), "make_up", None]]
    first, second = Rules.build(tab, days), Rules.build(other, days[::-1])
    assert first.text == second.text
    assert first.version == second.version
    assert first.text.splitlines() == [
        "fanpan-rules 1",
        "alert.words=差评 投诉",
        "clock.response=20 min",
        "clock.solution.quality=48 h",
        "hours.mon=09:00-12:00 13:30-18:00",
        "day 2026-10-01 holiday",
        "day 2026-10-10 make_up",
    ]


def test_the_version_is_a_fingerprint() -> None:
    # Written down, so that a changed way of writing the text is noticed: logs hold old versions.
    assert DEFAULT_RULES.text == "fanpan-rules 1"
    assert DEFAULT_RULES.version == sha256(b"fanpan-rules 1").hexdigest()[:8]
    versions = {DEFAULT_RULES.version}
    for key, value in CHANGES.items():
        versions.add(Rules.build([[key, value]]).version)
    assert len(versions) == 1 + len(CHANGES)


CHANGES = {
    "clock.response": 20, "bad.stars": 2, "clock.due_soon": "30%", "offer.band.1": 120,
    "alert.words": "差评", "words.quality": "掉色:3", "role.quality": "店长",
    "hours.mainland": "是", "hours.sun": "休息",
    "quiet.to": "8:00", "rank.top": 5, "calendar.tz": "Asia/Tokyo", "rank.reward": "礼品",
}  # fmt: skip


def test_every_type_of_rule_is_changed_once() -> None:
    assert {SPECS[key].type for key in CHANGES} == {spec.type for spec in SPECS.values()}


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    words = " ".join(f"预警词{number}" for number in range(6000))
    with pytest.raises(CellFault, match="Shorten the word lists"):
        Rules.build([["alert.words", words]])


@pytest.mark.parametrize(
    ("key", "value", "unit", "kept"),
    [
        ("clock.solution.logistics", 90, "分钟", 5400),
        ("clock.solution.logistics", "1.5", "小时", 5400),
        ("clock.solution.logistics", "90分钟", "", 5400),
        ("clock.solution.logistics", "３", None, 10800),  # full-width digit, the rule's own unit
        ("clock.due_soon", "30％", None, 0.3),
        ("clock.due_soon", 0.3, None, 0.3),
        ("offer.band.1", "¥120.5", None, Decimal("120.50")),
        ("role.quality", "店长", None, "shop_lead"),
        ("hours.mainland", "是", None, True),
        ("hours.mainland", "否", None, False),
        ("hours.sun", "休息", None, ()),
        ("hours.sun", "9：00－12：00", None, (("09:00", "12:00"),)),
        ("quiet.from", time(22, 30), None, "22:30"),
        ("quiet.from", "9:05:00", None, "09:05"),
        ("quiet.from", 0.9375, None, "22:30"),  # as a cell holds 22:30
        ("quiet.from", 0, None, "00:00"),
        ("offer.band.2", "1,200", None, Decimal("1200.00")),
        ("kind.late_hours", 2, "天", 48.0),
        ("kind.late_hours", "1.5天", "小时", 36.0),
        ("tier.silent_days", "48小时", "天", 2),
        ("role.missing", "法务、店长", None, ("legal", "shop_lead")),
        ("alert.words", "差评，投诉 12315；差评", None, ("差评", "投诉", "12315")),
        ("words.quality", "掉色:3 褪色", None, (("掉色", 3.0), ("褪色", 2.0))),
        ("calendar.solution", "营业时间", None, "business"),
        ("calendar.solution.quality", "", None, None),
        ("rank.reward", "休假\n一天", None, "休假 一天"),
    ],
)
def test_what_people_type(key: str, value: Any, unit: Any, kept: Any) -> None:
    rules = Rules.build([[key, value, unit]])
    assert rules.problems == []
    assert rules[key] == kept


BAD_ROWS: list[tuple[list[Any], str, str]] = [
    (["clock.respons", 20, "min"], "clock.response", "did you mean clock.response"),
    (["weather", 20, "min"], "clock.response", "no rule weather"),
    (["", 20, "min"], "clock.response", "has no key"),
    (["clock.response", "soon", "min"], "clock.response", "“soon” is not a time"),
    (["clock.response", 20, "weeks"], "clock.response", "is not a time"),
    (["clock.response", -20, "min"], "clock.response", "is not a time"),
    (["clock.response", 0, "min"], "clock.response", "is not a time"),
    (["clock.response", float("inf"), "min"], "clock.response", "is not a time"),
    (["clock.response", 1e300, "min"], "clock.response", "is not a time"),
    (["clock.response", "15,5", "min"], "clock.response", "is not a time"),
    (["clock.response", "1_5", "min"], "clock.response", "is not a time"),
    (["clock.response", None, "min"], "clock.response", "is blank"),
    (["kind.late_hours", 2, "月"], "kind.late_hours", "is not a number"),
    (["rank.top", 2.5], "rank.top", "is not a whole number"),
    (["followup.coupon_months", "1.5"], "followup.coupon_months", "is not a whole number"),
    (["tier.silent_days", 1e9], "tier.silent_days", "is not a whole number"),
    (["role.missing", "法务部"], "role.missing", "“法务部” is not one of"),
    (["quiet.from", 1.5], "quiet.from", "is not a time of day"),
    (["clock.due_soon", "500%"], "clock.due_soon", "outside 0 to 1"),
    (["clock.due_soon", 25], "clock.due_soon", "outside 0 to 1"),
    (["clock.due_soon", "NaN%"], "clock.due_soon", "is not a share"),
    (["bad.stars", 7], "bad.stars", "outside 0 to 5"),
    (["bad.stars", "three"], "bad.stars", "is not a number"),
    (["offer.coupon.1", "much"], "offer.coupon.1", "is not an amount"),
    (["offer.coupon.1", -5], "offer.coupon.1", "outside 0"),
    (["role.quality", "the boss"], "role.quality", "is not one of"),
    (["hours.mainland", "maybe"], "hours.mainland", "is not yes or no"),
    (["hours.mon", "nine to five"], "hours.mon", "is not hours"),
    (["hours.mon", "09:00-25:00"], "hours.mon", "is not hours"),
    (["hours.mon", "09:00-09:00"], "hours.mon", "is not hours"),
    (["hours.mon", "09:00-13:00 12:00-18:00"], "hours.mon", "overlap"),
    (["hours.mon", "22:00-06:00 23:00-24:00"], "hours.mon", "overlap"),
    (["quiet.from", "25:00"], "quiet.from", "is not a time of day"),
    (["calendar.tz", "Asia/Atlantis"], "calendar.tz", "is not a time zone"),
    (["words.quality", "掉色:strong"], "words.quality", "is not words with weights"),
    # Bands without a gap and without an overlap: the first must end below the second.
    (["offer.band.1", 300], "offer.band.1", "offer.band.1 < offer.band.2 must ascend"),
    (["offer.band.2", 80], "offer.band.2", "must ascend"),
    (["authority.coupon.agent", 30], "authority.coupon.agent", "must ascend"),
    (["escalation.2.share", "20%"], "escalation.2.share", "must ascend"),
]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("row", "key", "sentence"), BAD_ROWS, ids=lambda value: str(value)[:40])
def test_a_bad_row_keeps_the_default_and_is_reported(
    row: list[Any], key: str, sentence: str, lang: Lang
) -> None:
    """Even where the whole tab stands around it."""
    tab: list[list[Any]] = [[r.key, r.value, r.unit] for r in rule_rows(lang)]
    own = next((number for number, line in enumerate(tab) if line[0] == row[0]), len(tab))
    tab[own : own + 1] = [row]
    rules = Rules.build([["规则项", "取值"], *tab])
    assert list(rules.rule_problems) == [own + 1]
    assert sentence in rules.rule_problems[own + 1].text("en")
    assert rules.rule_problems[own + 1].text("zh") != rules.rule_problems[own + 1].text("en")
    assert rules[key] == DEFAULTS[key]
    assert rules == DEFAULT_RULES


def test_good_rows_beside_bad_ones_stay_in_force() -> None:
    rules = Rules.build(
        [["clock.response", 20, "min"], ["clock.response", 30, "min"], ["bad.stars", "x"]]
    )
    assert rules["clock.response"] == 1200
    assert "stands twice" in rules.rule_problems[1].text()
    assert list(rules.rule_problems) == [1, 2]


def test_both_rows_of_a_contradiction_are_reported() -> None:
    rules = Rules.build([["offer.band.2", 200], ["clock.response", 20], ["offer.band.1", 250]])
    assert sorted(rules.rule_problems) == [0, 2]
    assert (rules["offer.band.1"], rules["offer.band.2"]) == (Decimal(100), Decimal(300))
    assert rules["clock.response"] == 1200


def test_a_week_that_never_opens_keeps_the_default_hours() -> None:
    closed = {f"hours.{day}": "-" for day in WEEK}
    tab = [[row.key, row.value, row.unit] for row in rule_rows("zh", closed)]
    holiday = ["2026-10-01", "holiday", ""]
    rules = Rules.build(tab, [holiday])
    wrong = {tab[number][0] for number in rules.rule_problems}
    assert wrong == set(closed)
    assert "never opens" in next(iter(rules.rule_problems.values())).text()
    assert all(rules[key] == DEFAULTS[key] for key in closed)
    # The holiday was not to blame: it stays.
    assert rules.text == "fanpan-rules 1\nday 2026-10-01 holiday"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["2026-02-30", "holiday", ""], "not used"),
        (["someday", "holiday", ""], "not used"),
        (["2026-03-02", "party", ""], "not used"),
        (["2026-03-02", "special", ""], "not used"),
        (["2026-03-02", "special", "nine"], "not used"),
        (["2026-03-02", "special", "09:00-12:00 11:00-13:00"], "not used"),
        ([None, "holiday", ""], "not used"),
        (["2026-03-01", "make_up", ""], "stands twice"),
    ],
)
def test_a_bad_line_of_the_calendar_is_reported(row: list[Any], sentence: str) -> None:
    good = ["2026/3/1", "调休上班", ""]
    rules = Rules.build([], [["日期", "类型", "营业时间"], good, ["", "", ""], row])
    assert list(rules.calendar_problems) == [3]
    assert sentence in rules.calendar_problems[3].text()
    assert [day.day for day in rules.days] == [date(2026, 3, 1)]
    assert rules.problems == list(rules.calendar_problems.values())


@pytest.mark.parametrize(
    ("rows", "days", "is_open"),
    [
        ([], [], True),
        ([], [["2026-03-02", "放假", ""]], False),
        ([], [["2026-03-02", "特殊营业", "13:00-18:00"]], False),
        ([], [["2026-03-02", "特殊营业", "10:00-11:00"]], True),
        ([], [["2026-03-02", "特殊营业", "-"]], False),
        ([], [["2026-03-02", "大促", ""]], True),
        ([["hours.mon", "-"]], [["2026-03-02", "调休上班", "10:00-11:00"]], True),
        ([["hours.mon", "-"], ["hours.make_up", "09:00-12:00"]], [["2026-03-02", "make_up"]], True),
        ([["hours.mon", "-"]], [["2026-03-02", "make_up"]], False),  # as on Monday
        ([["hours.make_up", "-"]], [["2026-03-02", "make_up"]], False),
        ([["hours.make_up", ""]], [["2026-03-02", "make_up"]], True),
    ],
)
def test_days_of_the_calendar_tab(rows: list[Any], days: list[Any], is_open: bool) -> None:
    """Ten on Monday 2 March 2026, open or not."""
    rules = Rules.build(rows, days)
    assert rules.problems == []
    assert business_calendar(rules).is_open(MONDAY.replace(hour=10)) == is_open
    assert business_calendar(parse_rules(rules.text)).is_open(MONDAY.replace(hour=10)) == is_open


NONSENSE = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.floats(),
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.datetimes(),
    st.just(Decimal("NaN")),
)


@settings(max_examples=300)
@given(
    st.lists(st.lists(st.one_of(st.sampled_from(sorted(SPECS)), NONSENSE), max_size=4), max_size=8),
    st.lists(st.lists(NONSENSE, max_size=4), max_size=4),
)
def test_nonsense_never_breaks(rows: list[list[Any]], days: list[list[Any]]) -> None:
    rules = Rules.build(rows, days)
    for number, row in enumerate(rows):
        problem = rules.rule_problems.get(number)
        if problem is not None:
            assert problem.text("zh")
            key = row[0]
            if key in SPECS and sum(other[:1] == [key] for other in rows) == 1:
                assert rules[key] == DEFAULTS[key]
    assert parse_rules(rules.text) == rules


@pytest.mark.parametrize(
    "text",
    ["nonsense", "fanpan-rules 2", "fanpan-rules 1\nweather=1", "fanpan-rules 1\nday x", 5],
)
def test_a_cell_that_holds_no_rules_is_told_so(text: Any) -> None:
    error = REGISTRY["HANDLER"].call("quality", text)
    assert isinstance(error, CellError)
    assert "expected the cell that holds RULES(…)" in error.sentence("en")


def test_a_blank_cell_is_the_default_rules() -> None:
    assert parse_rules(None) is DEFAULT_RULES
    assert parse_rules("  ") == DEFAULT_RULES
    assert parse_rules(DEFAULT_RULES.text) == DEFAULT_RULES
