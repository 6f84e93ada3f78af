"""Fanpan (翻盘): a bad-review tracker inside the spreadsheet a team already uses."""

__version__ = "0.1.0"
