"""What a tracker looks like: tables, formulas, reports, letters, translations, demo data."""

from importlib.resources import files

from ..functions.messages import add_catalogue

add_catalogue(files(__package__ or "") / "locale" / "zh")
