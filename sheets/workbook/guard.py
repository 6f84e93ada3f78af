"""Before a file is read: is it a workbook at all, and is it safe to unpack."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from ...functions.messages import Message
from ..errors import NotFound, NotReadable

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")
MOST_BYTES: Final = 4 << 30
"""Unpacked size above which a file is refused."""
MOST_PARTS: Final = 20_000
MOST_RATIO: Final = 400
"""Compression beyond which a large part is taken for a bomb; sheets reach about 40."""
_LARGE: Final = 64 << 20


@contextmanager
def readable(*also: type[Exception]) -> Generator[None]:
    """Turns what damaged parts make their readers raise, and `also`, into `NotReadable`."""
    damaged: tuple[type[Exception], ...] = (zipfile.BadZipFile, EOFError, zlib.error, *also)
    try:
        yield
    except damaged:
        raise NotReadable(
            Message("The file is damaged or no workbook: take a copy that opens, or the backup.")
        ) from None


@contextmanager
def of_file(name: str) -> Generator[None]:
    """Names the file, as its owner calls it, in what is raised because it cannot be read."""
    try:
        yield
    except NotReadable as error:
        error.file = name
        raise


def check_file(path: Path) -> None:
    """Raise `NotReadable` with one sentence unless the file is a workbook that is safe to open."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            if head == _OLE:
                protected = _PROTECTED in file.read(64 << 20)
                raise NotReadable(
                    Message("The file is protected by a password: save it without one.")
                    if protected
                    else Message("This is an old .xls file: save it as .xlsx.")
                )
    except FileNotFoundError:
        raise NotFound(
            Message(
                "There is no file {path}: check the name, or make one with fanpan new.", path=path
            )
        ) from None
    except OSError as error:
        raise NotReadable(
            Message("The file cannot be read ({reason}).", reason=error.strerror or str(error))
        ) from None
    with readable(ValueError, NotImplementedError, OSError), zipfile.ZipFile(path) as archive:
        _check_archive(archive)


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    too_large = sum(part.file_size for part in parts) > MOST_BYTES or len(parts) > MOST_PARTS
    for part in parts:
        ratio = part.file_size / max(1, part.compress_size)
        too_large = too_large or (part.file_size > _LARGE and ratio > MOST_RATIO)
        if part.flag_bits & 1:
            raise NotReadable(Message("The file is protected by a password: save it without one."))
        name = PurePosixPath(part.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise NotReadable(
                Message(
                    "The file has a part with an unsafe name ({name}); it is not opened.",
                    name=part.filename,
                )
            )
    if too_large:
        raise NotReadable(Message("The file is too large to be a tracker; it is not opened."))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as content:
                refuse_entities(part.filename, content.read(2048).decode("latin-1"))


def refuse_entities(part: str, text: str) -> None:
    """Raise `NotReadable` when the XML of a part declares entities."""
    if re.search("<!(DOCTYPE|ENTITY)", text):
        raise NotReadable(
            Message("The file declares XML entities ({name}); it is not opened.", name=part)
        )
