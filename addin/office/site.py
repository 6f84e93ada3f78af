"""The add-in's files over HTTP: what `fanpan serve` answers under `/excel/`."""

from __future__ import annotations

from functools import lru_cache
from mimetypes import guess_type
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from .build import rendered

_DAY: Final = "public, max-age=86400"


async def excel_site(scope: Scope, receive: Receive, send: Send) -> None:
    """Each file by name; the manifest points at the address that it was asked at."""
    request = Request(scope)
    name = request.path_params.get("name") or scope["path"].rpartition("/")[2]
    address = f"{request.url.scheme}://{request.url.netloc}"
    content = _files(address).get(name)
    if content is None:
        await PlainTextResponse("", 404)(scope, receive, send)
        return
    kind = guess_type(name)[0] or "application/octet-stream"
    # Everything but the manifest and the page is asked for with its version.
    cache = _DAY if request.query_params.get("v") else "no-cache"
    await Response(content, media_type=kind, headers={"Cache-Control": cache})(scope, receive, send)


@lru_cache(maxsize=8)
def _files(address: str) -> dict[str, bytes]:
    return rendered(service=address)
