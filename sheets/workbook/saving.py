"""Saving a tracker file: one writer, one backup, nothing lost when something fails."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ...functions.messages import Message
from ..errors import CannotSave, FileBusy, FileChanged

_WAIT_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looked like when it was read."""

    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The file as it is now."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


def backup_path(path: Path) -> Path:
    """Where the version before the last press stands.

    >>> backup_path(Path("a/tracker.xlsx")).name
    'tracker.bak.xlsx'
    """
    return path.with_name(f"{path.stem}.bak{path.suffix}")


def _undo_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.undo")


def refuse_when_open(path: Path) -> None:
    """Raise `FileBusy` when Excel, WPS or LibreOffice holds the file open."""
    for lock, program in (
        (path.with_name(f"~${path.name}"), "Excel / WPS"),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice"),
    ):
        if lock.exists():
            raise FileBusy(
                Message(
                    "{file} is open in {program}: save and close it there, then press again. "
                    "(If it is not open, delete {lock}.)",
                    file=path.name,
                    program=program,
                    lock=lock.name,
                )
            )


@contextmanager
def savable(path: Path) -> Generator[None]:
    """Turn what the disk or the folder refuses into `CannotSave`."""
    try:
        yield
    except OSError as error:
        raise _cannot_save(path, error) from error


@contextmanager
def one_writer(path: Path) -> Generator[None]:
    """Hold the only right to write the file; wait a little for another press to finish."""
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=_WAIT_SECONDS)
    try:
        with lock:
            yield
    except Timeout:
        raise FileBusy(
            Message("Another press is still writing {file}: try again.", file=path.name)
        ) from None


def save(path: Path, read: Stamp, write: Callable[[Path], None]) -> None:
    """Let `write` make the new version beside the file, then put it in place, keeping a backup.

    Raises `FileChanged` when the file is no longer what was read, `FileBusy` when a program holds
    it open, `CannotSave` when the disk is full or the folder is closed to us. In every such case
    the file stays as it was.
    """
    refuse_when_open(path)
    with savable(path), one_writer(path):
        if not path.exists() or Stamp.of(path) != read:
            raise FileChanged(
                Message(
                    "{file} was changed meanwhile; nothing was written. Press again.",
                    file=path.name,
                )
            )
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            write(fresh)
            if Stamp.of(path) != read:
                raise FileChanged(
                    Message(
                        "{file} was changed meanwhile; nothing was written. Press again.",
                        file=path.name,
                    )
                )
            shutil.copymode(path, fresh)
            _keep_backup(path)
            os.replace(fresh, path)
            _undo_path(path).write_text(json.dumps({"sha256": _digest(path)}), "utf-8")
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


def _keep_backup(path: Path) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.bak")
    try:
        try:
            os.link(path, beside)
        except OSError:
            shutil.copy2(path, beside)
        os.replace(beside, backup_path(path))
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _cannot_save(path: Path, error: OSError) -> CannotSave:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return CannotSave(
            Message(
                "The disk is full; {file} is unchanged. Make room and press again.", file=path.name
            )
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return CannotSave(
            Message(
                "{file} is unchanged: another program holds it, or it or its folder is read-only.",
                file=path.name,
            )
        )
    return CannotSave(
        Message(
            "{file} cannot be written ({reason}); it is unchanged.",
            file=path.name,
            reason=error.strerror or str(error),
        )
    )


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def restore_backup(path: Path) -> None:
    """Swap the file with its backup, unless it changed since; doing it twice undoes the undo."""
    backup, note = backup_path(path), _undo_path(path)
    if not path.exists() or not backup.exists() or not note.exists():
        raise FileChanged(Message("There is no press to take back."))
    refuse_when_open(path)
    with savable(path), one_writer(path):
        if json.loads(note.read_text("utf-8")).get("sha256") != _digest(path):
            raise FileChanged(
                Message(
                    "{file} was changed after the last press, so it is not taken back; the version "
                    "before stands in {backup}.",
                    file=path.name,
                    backup=backup.name,
                )
            )
        aside = path.with_name(f".{path.name}.{os.getpid()}.undo")
        try:
            os.replace(path, aside)
            os.replace(backup, path)
            os.replace(aside, backup)
            note.write_text(json.dumps({"sha256": _digest(path)}), "utf-8")
        except OSError:
            if not path.exists() and aside.exists():
                os.replace(aside, path)
            raise
