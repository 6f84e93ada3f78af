"""The shapes of answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import orjson
from fastapi.responses import Response
from pydantic import BaseModel

from ...functions.messages import Lang
from ...sheets.errors import FanpanError


class Problem(BaseModel):
    """One sentence for the person, and where in the table it points."""

    message: str
    where: str | None = None


class Answers(BaseModel):
    """Results of a batch of calls, in order."""

    results: list[Any]


class Refusal(BaseModel):
    """The answer to a request that was not carried out."""

    error: Problem


class FastJson(Response):
    """JSON by orjson; a lone surrogate, which UTF-8 cannot hold, goes out escaped."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        try:
            return orjson.dumps(content)
        except TypeError:
            return json.dumps(content, default=datetime.isoformat).encode()


def error_json(error: FanpanError, lang: Lang) -> dict[str, str]:
    """The sentence of an error and its place."""
    where = error.where(lang)
    return {"message": error.message.text(lang), **({"where": where} if where else {})}
