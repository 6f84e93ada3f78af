"""Small dialogs: a form with the options of a button, and a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ....functions.messages import Lang, Message
from .unotypes import enum

_LINE: Final = 16
_LABEL: Final = 80
_FIELD: Final = 150
_OK: Final = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    name: str
    title: str
    value: str = ""
    secret: bool = False
    words: tuple[tuple[str, str], ...] = ()
    """(id, word) of a choice."""
    flag: bool = False
    file: bool = False


def show(window: Any, title: str, lines: Sequence[str], *, failed: bool) -> None:
    """A message over `window`."""
    kind = enum("com.sun.star.awt.MessageBoxType", "ERRORBOX" if failed else "INFOBOX")
    box = window.Toolkit.createMessageBox(window, kind, _OK, title, "\n".join(lines))
    box.execute()
    box.dispose()


def ask(
    context: Any, window: Any, button: Mapping[str, Any], known: Mapping[str, Any], lang: Lang
) -> dict[str, str] | None:
    """The options of a button, filled in by the person; None when the person went away."""
    fields = [
        Field(
            option["name"],
            option["title"] + (" *" if option["required"] else ""),
            str(known.get(option["name"], "")),
            words=tuple((choice["id"], choice["word"]) for choice in option["choices"] or ()),
            flag=option["type"] == "flag",
            file=option["type"] == "file",
        )
        for option in button["options"]
    ]
    given = form(context, window, button["title"], fields, lang)
    return None if given is None else {name: value for name, value in given.items() if value}


def form(
    context: Any, window: Any, title: str, fields: Sequence[Field], lang: Lang
) -> dict[str, str] | None:
    """What a person fills in, by name; None when the person went away."""
    make = context.ServiceManager.createInstanceWithContext
    model = make("com.sun.star.awt.UnoControlDialogModel", context)
    model.Width, model.Height = _LABEL + _FIELD + 24, _LINE * (len(fields) + 2) + 8
    model.Title = title
    for at, field in enumerate(fields):
        _add(model, "FixedText", f"label{at}", (8, 8 + _LINE * at, _LABEL, 12), Label=field.title)
        _add_field(model, field, (8 + _LABEL, 6 + _LINE * at, _FIELD, 13))
    below = 10 + _LINE * len(fields)
    words = Message("OK").text(lang), Message("Cancel").text(lang)
    _add(model, "Button", "ok", (120, below, 56, 16), Label=words[0], PushButtonType=1,
         DefaultButton=True)  # fmt: skip
    _add(model, "Button", "cancel", (182, below, 56, 16), Label=words[1], PushButtonType=2)
    dialog = make("com.sun.star.awt.UnoControlDialog", context)
    dialog.setModel(model)
    dialog.createPeer(window.Toolkit, window)
    pressed = dialog.execute()
    given = {field.name: _read(dialog.getControl(field.name), field) for field in fields}
    dialog.dispose()
    return given if pressed == _OK else None


def _add(model: Any, kind: str, name: str, place: tuple[int, int, int, int], **given: Any) -> None:
    control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    control.Name = name
    control.PositionX, control.PositionY, control.Width, control.Height = place
    for key, value in given.items():
        setattr(control, key, value)
    model.insertByName(name, control)


def _add_field(model: Any, field: Field, place: tuple[int, int, int, int]) -> None:
    if field.words:
        words = tuple(word for _, word in field.words)
        chosen = [at for at, (id, _) in enumerate(field.words) if id == field.value]
        _add(model, "ListBox", field.name, place, StringItemList=words, Dropdown=True,
             SelectedItems=tuple(chosen))  # fmt: skip
    elif field.flag:
        _add(model, "CheckBox", field.name, place, State=int(bool(field.value)))
    elif field.file:
        _add(model, "FileControl", field.name, place, Text=field.value)
    else:
        echo = ord("*") if field.secret else 0
        _add(model, "Edit", field.name, place, Text=field.value, EchoChar=echo)


def _read(control: Any, field: Field) -> str:
    if field.words:
        at: int = control.getSelectedItemPos()
        return field.words[at][0] if at >= 0 else ""
    if field.flag:
        return "1" if control.getState() else ""
    return str(control.getText())
