"""A zip file with some parts replaced, the others copied as they are: bytes, order, dates."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path

Part = bytes | Iterable[bytes]
"""The new content of a part, whole or in pieces."""

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SIZES_FOLLOW = 0x08
_PIECE = 1 << 20
_LEVEL = 4
"""Deflate level for new parts: quick, and close to the usual level's size on XML."""


@contextmanager
def replacing(target: Path) -> Generator[Path]:
    """A path beside `target` that takes its place when the block ends well."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=".tmp")
    os.close(handle)
    path = Path(name)
    try:
        yield path
        with path.open("rb") as written:
            os.fsync(written.fileno())
        if target.exists():
            shutil.copymode(target, path)
        else:
            # mkstemp makes a file for its owner only; a new workbook is as open as any new file.
            umask = os.umask(0)
            os.umask(umask)
            path.chmod(0o666 & ~umask)
        path.replace(target)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def copy_zip(
    source: Path,
    target: Path,
    changed: Mapping[str, Part],
    dropped: Iterable[str] = (),
) -> None:
    """Write `target`: the parts of `source`, without `dropped`, with `changed` replaced or added.

    Unchanged parts keep their compressed bytes. `target` may be `source`.
    """
    gone = set(dropped)
    with replacing(target) as path, zipfile.ZipFile(source) as old, _writer(path) as new:
        for info in old.infolist():
            if info.filename in gone:
                continue
            if info.filename in changed:
                _write(new, info.filename, changed[info.filename])
            else:
                _copy_raw(old, info, new)
        names = set(old.namelist())
        for name, content in changed.items():
            if name not in names:
                _write(new, name, content)


def _writer(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)


def _write(target: zipfile.ZipFile, name: str, content: Part) -> None:
    with target.open(name, "w") as part:
        for piece in (content,) if isinstance(content, bytes) else content:
            part.write(piece)


def _copy_raw(source: zipfile.ZipFile, info: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
    """Append one entry without inflating it; `zipfile` has no call for that."""
    reader, writer = source.fp, target.fp
    assert reader is not None
    assert writer is not None
    reader.seek(info.header_offset)
    fields = _LOCAL_HEADER.unpack(reader.read(_LOCAL_HEADER.size))
    reader.seek(fields[-2] + fields[-1], os.SEEK_CUR)  # lengths of the name and the extra field
    entry = copy(info)
    entry.flag_bits &= ~_SIZES_FOLLOW  # the header written here knows the sizes
    entry.extra = b""
    writer.seek(target.start_dir)
    entry.header_offset = writer.tell()
    writer.write(entry.FileHeader())
    left = info.compress_size
    while left:
        piece = reader.read(min(left, _PIECE))
        if not piece:
            raise zipfile.BadZipFile(info.filename)
        writer.write(piece)
        left -= len(piece)
    target.start_dir = writer.tell()
    target.filelist.append(entry)
    target.NameToInfo[entry.filename] = entry
    target._didModify = True  # type: ignore[attr-defined]
