"""Draw the icons: `python -m fanpan.addin.office.icons`. The pictures are checked in.

A white arrow that turns upwards on blue: the tables turn.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Final

SIZES: Final = (16, 32, 80, 192)
_BLUE: Final = (47, 93, 168)
_WHITE: Final = (255, 255, 255)
_FINE: Final = 4
"""Points per pixel and direction, for smooth edges."""


def _covers(x: float, y: float) -> tuple[int, int, int] | None:
    """The colour at a point of the unit square; None is see-through."""
    corner = 0.18
    dx = max(corner - x, x - (1 - corner), 0.0)
    dy = max(corner - y, y - (1 - corner), 0.0)
    if dx * dx + dy * dy > corner * corner:
        return None
    across = ((x - 0.45) ** 2 + (y - 0.55) ** 2) ** 0.5
    ring = 0.19 <= across <= 0.31 and (y > 0.55 or x < 0.45)
    stem = 0.64 <= x <= 0.76 and 0.38 <= y <= 0.56
    head = 0.16 <= y <= 0.4 and abs(x - 0.7) <= (y - 0.16) * 0.85
    return _WHITE if ring or stem or head else _BLUE


def png(size: int) -> bytes:
    """The icon as a PNG file.

    >>> png(16)[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
    True
    """
    rows = bytearray()
    steps = [(step + 0.5) / _FINE for step in range(_FINE)]
    for row in range(size):
        rows.append(0)
        for column in range(size):
            found = [
                colour
                for down in steps
                for right in steps
                if (colour := _covers((column + right) / size, (row + down) / size)) is not None
            ]
            count = len(found) or 1
            rows += bytes(sum(colour[i] for colour in found) // count for i in range(3))
            rows.append(255 * len(found) // (_FINE * _FINE))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def main() -> None:
    """Write all sizes beside this module."""
    for size in SIZES:
        (Path(__file__).parent / "icons" / f"icon-{size}.png").write_bytes(png(size))


if __name__ == "__main__":
    main()
