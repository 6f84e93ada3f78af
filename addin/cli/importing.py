"""`fanpan import`: read one export, show what will happen, ask, import and refresh in one save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from ...functions.messages import Message, translate
from ...functions.values import CHOICES
from ...sheets.exports import ExportFile, read_export
from ...templates.headers import Match, match_headers
from ...templates.tracker import load_tracker
from ..buttons.import_ import NEEDS, ImportOptions, import_rows, remembered_map
from ..press import press
from .options import BadOption
from .show import Screen

_PREVIEW_ROWS = 3
