"""Personal data masked for shared views, reports and alerts."""

from __future__ import annotations

import re
from typing import Annotated, Final

from .registry import cell_function

_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        # Identity card before longer and shorter numbers: it would match them too.
        (r"(?<![\dA-Za-z])(\d{6})\d{8}(\d{3}[\dXx])(?![\dA-Za-z])", r"\1********\2"),
        (r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)", r"\1****\2"),
        (r"(?<!\d)\d{8,}(\d{4})(?!\d)", r"****\1"),
        (r"(?<!\d)(0\d{2,3})-\d{3,4}(\d{4})(?!\d)", r"\1-****\2"),
        (
            r"(?<![A-Za-z0-9@._%+-])([._%+-]*[A-Za-z0-9])[A-Za-z0-9._%+-]*"
            r"@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
            r"\1***@\2",
        ),
        (
            r"(?i)((?:微信|威信|薇信|vx|wx|wechat|qq)(?:号|id)?\s*[:：是]?\s*)[A-Za-z0-9_-]{5,}",
            r"\1***",
        ),
        (
            r"((?:收货人|收件人|姓名|联系人)\s*[:：是]?\s*)(?!是)([\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}",
            r"\1\2**",
        ),
        (r"([\u4e00-\u9fff]{2,8}(?:路|街|道|巷|弄))\d+(?:号|弄)[^\s，。,;；]{0,20}", r"\1***"),
        (r"\d+(?:栋|幢|单元|号楼)[^\s，。,;；]{0,12}\d+室?", "***"),
    )
)


@cell_function(names={"zh_CN": "脱敏"})
def mask(text: Annotated[str, "Any text"]) -> str:
    """The text with personal data masked; what is masked already stays as it is.

    >>> mask("电话13800138000，微信abc12345，订单6917926768823643751")
    '电话138****8000，微信***，订单****3751'
    >>> mask("收件人：王小明，文三路478号3幢201室")
    '收件人：王**，文三路***'
    """
    for pattern, shown in _RULES:
        text = pattern.sub(shown, text)
    return text
