"""The two workers that `bench service` compares."""

from __future__ import annotations

from fastapi import FastAPI

from fanpan.addin.service.app import FastJson, Settings, create_app
from fanpan.addin.service.calls import Batch


def service() -> FastAPI:
    """Ours, without the limit on requests."""
    return create_app(Settings(requests_per_minute=10**9))


def echo() -> FastAPI:
    """A bare FastAPI that reads the same batch and sends its arguments back."""
    app = FastAPI()

    @app.post("/v1/calls", response_class=FastJson)
    def calls(batch: Batch) -> FastJson:
        return FastJson({"results": [call["args"][1:2] for call in batch.calls]})

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app
