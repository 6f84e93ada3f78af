"""`python -m bench [refresh|functions|calendar|service|client|libreoffice] [sizes…]`."""

from __future__ import annotations

import sys

from . import calendar, client, functions, libreoffice, refresh, service

BENCHES = {
    "refresh": refresh.run,
    "functions": functions.run,
    "calendar": calendar.run,
    "service": service.run,
    "client": client.run,
    "libreoffice": libreoffice.run,
}


def main(args: list[str]) -> None:
    """Run the named measurements, or all."""
    names = [name for name in args if name in BENCHES] or list(BENCHES)
    sizes = [int(arg) for arg in args if arg.isdigit()]
    for name in names:
        print(f"\n== {name}")
        BENCHES[name](*([sizes] if sizes and name == "refresh" else []))


if __name__ == "__main__":
    main(sys.argv[1:])
