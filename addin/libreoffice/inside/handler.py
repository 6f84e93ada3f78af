"""Commands `org.fanpan:NAME`: what the menu, the toolbar and a macro run.

Options may stand in the command, `org.fanpan:claim?review_id=R1&by=小王`; what is missing is asked
for where there is a window. The outcome goes to whoever asked for a notification.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from ....functions.messages import Message
from .client import Service, ServiceDown, ServiceRefused
from .dialogs import ask, show
from .places import Refused, selected_keys
from .press import press, tracker_places
from .settings import Settings
from .unotypes import struct

PROTOCOL: Final = "org.fanpan:"
SETTINGS: Final = "settings"
_MOST_LINES: Final = 25
_WHO: Final = "by"
"""The option with the person's name, which is asked for once and then filled in."""


class Handler:
    """Finds and runs a command; LibreOffice makes one per window."""

    def __init__(self, context: Any, *_args: Any) -> None:
        self.context = context
        self.frame: Any = None

    def initialize(self, args: Any) -> None:
        """The window the commands come from."""
        self.frame = args[0] if args else None

    def queryDispatch(self, url: Any, _target: str, _flags: int) -> Any:
        """Ourselves, for commands of ours."""
        return self if url.Complete.startswith(PROTOCOL) else None

    def queryDispatches(self, requests: Any) -> Any:
        """`queryDispatch` for several."""
        return tuple(
            self.queryDispatch(request.FeatureURL, request.FrameName, request.SearchFlags)
            for request in requests
        )

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """Commands are always there; nothing to tell."""

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        """Nothing was kept."""

    def dispatch(self, url: Any, args: Any) -> None:
        """Run a command; the outcome is shown where there is a window."""
        self._run(url)

    def dispatchWithNotification(self, url: Any, args: Any, listener: Any) -> None:
        """Run a command and give the outcome to `listener`: 1 and its lines, 0 and the reason."""
        done, lines = self._run(url)
        if listener is not None:
            outcome = struct("com.sun.star.frame.DispatchResultEvent")
            outcome.Source, outcome.State, outcome.Result = self, int(done), "\n".join(lines)
            listener.dispatchFinished(outcome)

    def _run(self, url: Any) -> tuple[bool, list[str]]:
        name, _, query = url.Complete[len(PROTOCOL) :].partition("?")
        settings = Settings(self.context)
        lang = settings.lang
        window = self._window()
        try:
            if name == SETTINGS:
                done, lines = True, settings.edit(window)
            else:
                found = self._press(name, dict(parse_qsl(query)), settings, window)
                done, lines = found is not None, found or []
        except ServiceDown as down:
            told = Message(
                "Fanpan does not answer at {url}: start it with fanpan serve, or correct the "
                "address under Settings.",
                url=down,
            )
            done, lines = False, [told.text(lang)]
        except ServiceRefused as refused:
            done, lines = False, [str(refused)]
        except Refused as refused:
            done, lines = False, [refused.message.text(lang)]
        if window is not None and lines:
            show(window, settings.brand, lines[:_MOST_LINES], failed=not done)
        return done, lines

    def _press(
        self, name: str, options: dict[str, Any], settings: Settings, window: Any
    ) -> list[str] | None:
        service = Service(settings.url, settings.token)
        buttons = service.get(f"/v1/buttons?lang={settings.lang}")
        button = next((known for known in buttons if known["name"] == name), None)
        if button is None:
            raise Refused(
                Message("The service has no button {name}: update Fanpan where it runs.", name=name)
            )
        document = self.frame.Controller.Model
        places = tracker_places(document, service)
        missing = [option for option in button["options"] if option["name"] not in options]
        if window is not None and missing:
            known = {_WHO: settings.who, **selected_keys(document, places), **options}
            given = ask(self.context, window, button, known, settings.lang)
            if given is None:
                return None
            options.update(given)
            if given.get(_WHO, settings.who) != settings.who:
                settings.keep({"Who": given[_WHO]})
        return press(document, places, service, button, options, settings.settled)

    def _window(self) -> Any:
        """The window to show things in; None for a document that is not shown."""
        window = None if self.frame is None else self.frame.ContainerWindow
        return window if window is not None and window.isVisible() else None
