"""`fanpan refresh` as a process that also prints how long each phase took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

STARTED = time.perf_counter()


def main(path: str, now: str) -> None:
    """Refresh the tracker at `path` for the moment `now`."""
    from fanpan.addin.cli.options import moment
    from fanpan.addin.press import press
    from fanpan.addin.refresh import needs, refresh

    taken: dict[str, float] = {"start": time.perf_counter() - STARTED}

    @contextmanager
    def phase(name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        taken[name] = time.perf_counter() - begun

    edits = press(path, lambda snapshot: refresh(snapshot, now=moment(now)), needs(), phase=phase)
    parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in taken.items())
    print(f"{parts}; {edits.summary.counts.get('cells_changed', 0):,} cells changed")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
