"""Write functions/data/calendar_cn.toml from the package chinesecalendar, once a year.

Run it after the State Council's notice for the next year is in a new release of the package.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

TARGET = Path(__file__).resolve().parents[1] / "functions" / "data" / "calendar_cn.toml"
FIRST_YEAR = 2019


def main() -> None:
    """Write the data file."""
    years: dict[int, dict[str, list[date]]] = defaultdict(lambda: {"holidays": [], "make_up": []})
    for name, days in (("holidays", holidays), ("make_up", workdays)):
        for day in sorted(days):
            if day.year >= FIRST_YEAR:
                years[day.year][name].append(day)
    lines = [
        "# Days off and make-up work days of mainland China, from the State Council's notices as",
        f"# collected by chinesecalendar {version('chinesecalendar')} (MIT).",
        "# Made by bench/make_calendar.py.",
    ]
    for year, lists in sorted(years.items()):
        lines += ["", f"[{year}]"]
        for name, days in lists.items():
            lines.append(f"{name} = [")
            texts = [f'"{day:%m-%d}"' for day in days]
            lines += [f"    {', '.join(texts[i : i + 10])}," for i in range(0, len(texts), 10)]
            lines.append("]")
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
