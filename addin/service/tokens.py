"""Tokens of teams: only their hashes are kept; the file belongs to its owner alone.

A bearer token is compared by its SHA-256. Apps Script signs instead: HMAC-SHA256 with that hash as
the key over method, path, time and the body's hash, so the token itself never travels from there. A
signature is good for five minutes; a replay in that time is harmless, because endpoints are pure.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from os import environ
from pathlib import Path
from typing import Final

import typer

from ...functions.messages import Message
from ...sheets.errors import FanpanError
from ...sheets.files import write_bytes

SIGNATURE_SECONDS: Final = 300
_NAME: Final = re.compile(r"[\w.-]{1,60}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class TokenProblem(FanpanError):
    """A token that cannot be added or revoked."""


def default_file() -> Path:
    """Where the hashes are kept: `FANPAN_TOKENS`, else the user's own configuration folder."""
    given = environ.get("FANPAN_TOKENS")
    return Path(given) if given else Path(typer.get_app_dir("fanpan")) / "tokens.json"


class Tokens:
    """The tokens that open the service."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._known: dict[str, dict[str, str]] = {}

    def all(self) -> Mapping[str, Mapping[str, str]]:
        """Name → {"sha256", "added"}; read again when the file has changed."""
        try:
            stat = self._file.stat()
        except OSError:
            return {}
        if self._seen != (stat.st_mtime_ns, stat.st_size):
            self._known = json.loads(self._file.read_text("utf-8"))
            self._seen = (stat.st_mtime_ns, stat.st_size)
        return self._known

    def add(self, name: str) -> str:
        """A new token, told this once."""
        if not _NAME.fullmatch(name):
            raise TokenProblem(
                Message("{name} is no name for a token: letters, digits, dot, dash.", name=name)
            )
        if name in self.all():
            raise TokenProblem(Message("There is a token {name} already.", name=name))
        token = secrets.token_urlsafe(32)
        entry = {"sha256": _hash(token), "added": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        self._write({**self.all(), name: entry})
        return token

    def revoke(self, name: str) -> None:
        """Let the token open nothing any more."""
        left = dict(self.all())
        if left.pop(name, None) is None:
            raise TokenProblem(Message("There is no token {name}.", name=name))
        self._write(left)

    def named(self, token: str) -> str | None:
        """The name of a bearer token, or None."""
        given = _hash(token)
        found = None
        for name, entry in self.all().items():
            if compare_digest(entry["sha256"], given):
                found = name
        return found

    def timely(self, name: str, at: str) -> bool:
        """Whether a signature of that name and time can be right, whatever the body."""
        return (
            name in self.all()
            and _SECONDS.fullmatch(at) is not None
            and abs(time.time() - int(at)) <= SIGNATURE_SECONDS
        )

    def signed(  # every part of the signature is one argument
        self, name: str, at: str, signature: str, method: str, path: str, body: bytes
    ) -> str | None:
        """The name whose token signed this request within the last five minutes, or None."""
        if not self.timely(name, at):
            return None
        expected = sign(self.all()[name]["sha256"], method, path, at, body)
        return name if compare_digest(expected.encode(), signature.encode()) else None

    def _write(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._file.exists():
            self._file.touch(mode=0o600)
        write_bytes(self._file, json.dumps(entries, indent=1).encode())


def sign(key: str, method: str, path: str, at: str, body: bytes) -> str:
    """The signature of a request; `key` is the hex SHA-256 of the token."""
    message = f"{method}\n{path}\n{at}\n{sha256(body).hexdigest()}"
    return hmac(key.encode(), message.encode(), sha256).hexdigest()


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
