"""What the command line parser and the system complain of, in the language of the person."""

from __future__ import annotations

import errno
import re
from typing import Final

from typer.exceptions import TyperException

from ...functions.messages import Message

_COMPLAINTS: Final = (
    (re.compile(r"Missing parameter: (.+)"), "{name} is missing."),
    (re.compile(r"No such option: (.+)"), "There is no option {name}."),
    (re.compile(r"No such command '(.*)'\."), "There is no command {name}."),
    (re.compile(r"Got unexpected extra argument\S* \((.*)\)"), "{name} is too many."),
    (re.compile(r"Option '(.*)' requires an argument\."), "{name} needs a value."),
    (re.compile(r"Option '(.*)' does not take a value\."), "{name} takes no value."),
)
_REASONS: Final = {
    errno.ENOENT: Message("the folder or file is not there"),
    errno.EACCES: Message("there is no permission"),
    errno.EPERM: Message("there is no permission"),
    errno.EROFS: Message("there is no permission"),
    errno.EISDIR: Message("this is a folder"),
    errno.ENOTDIR: Message("a file is in the place of a folder"),
    errno.EEXIST: Message("a file is in the place of a folder"),
    errno.ENOSPC: Message("the disk is full"),
}


def misuse(error: TyperException) -> Message:
    """What is wrong with a command line.

    >>> misuse(TyperException("No such option: --wek")).text()
    'There is no option --wek. (fanpan --help shows the commands.)'
    """
    said = str(error)
    reason: Message | str = said
    for pattern, sentence in _COMPLAINTS:
        if match := pattern.match(said):
            reason = Message(sentence, name=_name(error, match[1]))
            break
    return Message("{reason} (fanpan --help shows the commands.)", reason=reason)


def _name(error: TyperException, said: str) -> str:
    """The option or argument as a person types it, and what it is for."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return said
    purpose = getattr(parameter, "help", None)
    return f"{parameter.opts[0]}" + (f" ({purpose})" if purpose else "")


def refused_by_system(error: OSError) -> Message:
    """Why a file or folder cannot be used.

    >>> refused_by_system(IsADirectoryError(errno.EISDIR, "", "out.pdf")).text()
    'out.pdf cannot be used: this is a folder. Choose another place.'
    """
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return Message(
        "{path} cannot be used: {reason}. Choose another place.",
        path=error.filename2 or error.filename or "?",
        reason=reason,
    )
