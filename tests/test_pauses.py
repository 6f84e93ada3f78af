"""Waiting intervals as text, both ways."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions.pauses import read_pauses, write_pauses
from fanpan.functions.values import CellFault

TEN, ELEVEN = datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11)


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("2026-03-02 10:00~2026-03-02 11:00", ((TEN, ELEVEN),)),
        ("2026-03-02T10:00:00 ～ 2026/3/2 11:00", ((TEN, ELEVEN),)),
        ("2026年3月2日10:00至2026年3月2日11:00", ((TEN, ELEVEN),)),
        ("2026-03-02 10:00~", ((TEN, None),)),
        ("2026-03-02 10:00~2026-03-02 10:00", ((TEN, TEN),)),
        (
            "；2026-03-02 11:00~ ;\n2026-03-02 10:00~2026-03-02 11:00；",
            ((ELEVEN, None), (TEN, ELEVEN)),
        ),
        ("", ()),
    ],
)
def test_read(text: str, pauses: tuple[tuple[datetime, datetime | None], ...]) -> None:
    assert read_pauses(text) == pauses


@pytest.mark.parametrize(
    "part",
    [
        "2026-03-02 10:00",
        "~2026-03-02 11:00",
        "soon~later",
        "2026-03-02 11:00~2026-03-02 10:00",
        "2026-03-02 10:00~11:00~12:00",
        "2026-03-02 10:00~2026-03-02 11:00Z",
    ],
)
def test_what_cannot_be_read_is_named(part: str) -> None:
    with pytest.raises(CellFault) as raised:
        read_pauses(f"2026-03-01 10:00~2026-03-01 11:00；{part}")
    assert f"“{part[:40]}”" in raised.value.error.sentence("en")
    assert "2026-03-01" not in raised.value.error.sentence("zh").split("应写作")[0]


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)),
            st.none() | st.timedeltas(timedelta(0), timedelta(days=99)),
        ),
        max_size=4,
    )
)
def test_what_is_written_is_read(spans: list[tuple[datetime, timedelta | None]]) -> None:
    pauses = tuple(
        (
            begin.replace(microsecond=0),
            None if length is None else (begin + length).replace(microsecond=0),
        )
        for begin, length in spans
    )
    assert read_pauses(write_pauses(pauses)) == pauses
