"""A zip file with some parts replaced, the others copied as they are: bytes, order, dates."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import IO, TypeAlias

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SIZES_FOLLOW = 0x08
_PIECE = 1 << 20
_LEVEL = 4
"""Deflate level for new parts: quick, and close to the usual level's size on XML."""
_NO_HEADER = -zlib.MAX_WBITS


class Packed:
    """A part that is deflated while its pieces are made: zlib leaves Python free meanwhile."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _NO_HEADER)
        self.data: list[bytes] = []
        self.size = 0
        self.crc = 0
        with ThreadPoolExecutor(1) as beside:
            packing: Future[None] | None = None
            for piece in _joined(pieces):
                if packing is not None:
                    packing.result()  # one piece ahead is enough, and keeps memory small
                packing = beside.submit(self._add, piece)
            if packing is not None:
                packing.result()
        self.data.append(self._deflate.flush())

    def _add(self, piece: bytes) -> None:
        self.data.append(self._deflate.compress(piece))
        self.size += len(piece)
        self.crc = zlib.crc32(piece, self.crc)

    def entry(self, name: str) -> zipfile.ZipInfo:
        """What the zip file says of the part."""
        info = zipfile.ZipInfo(name, time.localtime()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16  # as zipfile writes them
        info.CRC, info.file_size = self.crc, self.size
        info.compress_size = sum(map(len, self.data))
        return info


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about a megabyte."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


Part: TypeAlias = bytes | Packed
"""The new content of a part."""


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
    if isinstance(content, Packed):
        _append_raw(target, content.entry(name), content.data)
    else:
        target.writestr(name, content)


def _copy_raw(source: zipfile.ZipFile, info: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
    """Append one entry of another file without inflating it."""
    reader = source.fp
    assert reader is not None
    reader.seek(info.header_offset)
    fields = _LOCAL_HEADER.unpack(reader.read(_LOCAL_HEADER.size))
    reader.seek(fields[-2] + fields[-1], os.SEEK_CUR)  # lengths of the name and the extra field
    entry = copy(info)
    entry.flag_bits &= ~_SIZES_FOLLOW  # the header written here knows the sizes
    entry.extra = b""
    _append_raw(target, entry, _pieces(reader, info))


def _pieces(reader: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.compress_size
    while left:
        piece = reader.read(min(left, _PIECE))
        if not piece:
            raise zipfile.BadZipFile(info.filename)
        yield piece
        left -= len(piece)


def _append_raw(target: zipfile.ZipFile, entry: zipfile.ZipInfo, deflated: Iterable[bytes]) -> None:
    """Append an entry that is deflated already; `zipfile` has no call for that."""
    writer = target.fp
    assert writer is not None
    writer.seek(target.start_dir)
    entry.header_offset = writer.tell()
    writer.write(entry.FileHeader())
    for piece in deflated:
        writer.write(piece)
    target.start_dir = writer.tell()
    target.filelist.append(entry)
    target.NameToInfo[entry.filename] = entry
    target._didModify = True  # type: ignore[attr-defined]
