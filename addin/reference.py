"""The reference of the cell functions, generated from the registry in both languages."""

from __future__ import annotations

import re

from ..functions import REGISTRY
from ..functions.catalogue import signature, type_words
from ..functions.cellfunction import CellFunction
from ..functions.messages import Lang, translate

_HEAD: dict[Lang, str] = {
    "zh": "# 函数参考\n\n"
    "本页由 `make docs` 从函数登记表生成，请勿手工修改。[English below](#cell-functions)。\n\n"
    "在 Excel 和 LibreOffice 中写作 `FANPAN.名称`，在 Google 表格中写作 `FANPAN_名称`；"
    "`rules` 可以是存放 `RULES(…)` 的单元格，也可以直接是规则表区域。"
    "空白得空白，0 不是空白；类型、时钟、分层既可写英文代号，也可写中文。\n",
    "en": "# Cell functions\n\n"
    "Typed as `FANPAN.NAME` in Excel and LibreOffice, `FANPAN_NAME` in Google Sheets; `rules` is "
    "the cell that holds `RULES(…)`, or the rules range itself. Blank in, blank out; "
    "0 is not blank. Kinds, clocks and tiers are accepted as English ids or Chinese words.\n",
}


def reference() -> str:
    """The whole page, Chinese first."""
    return "\n".join(_section(lang) for lang in ("zh", "en"))


def _section(lang: Lang) -> str:
    return "\n".join([_HEAD[lang], *(_entry(function, lang) for function in REGISTRY.values())])


def _entry(function: CellFunction, lang: Lang) -> str:
    other: Lang = "en" if lang == "zh" else "zh"
    lines = [
        f"## {function.title(lang)} · {function.title(other)}\n",
        f"`{signature(function, lang)}` → {type_words(function.result, lang)}\n",
        function.describe(lang) + "\n",
        f"| {translate('argument', lang)} | {translate('type', lang)} | "
        f"{translate('meaning', lang)} |",
        "|---|---|---|",
    ]
    for parameter in function.parameters:
        kind = type_words(parameter.type, lang)
        choices = parameter.type.choices
        if choices is not None and parameter.name != "part":
            kind = " / ".join(choices.words(lang))
        elif parameter.name == "part":
            kind = " / ".join(function.part_names)
        meaning = translate(parameter.description, lang)
        lines.append(f"| `{parameter.name}` | {kind} | {meaning} |")
    examples = _examples(function.doc) if lang == "en" else ""
    return "\n".join(lines) + "\n" + examples


def _examples(doc: str) -> str:
    """The sentences of the docstring that the doctests prove, with the doctests."""
    rest = re.split(r"\n\s*\n", doc, maxsplit=1)[1:]
    return f"\n```text\n{rest[0].strip()}\n```\n" if rest else ""
