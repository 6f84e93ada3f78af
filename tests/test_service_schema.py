"""The OpenAPI description, and requests made up from it: no answer but a described one."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fanpan.addin.service.app import Settings, create_app

schema = schemathesis.openapi.from_asgi(
    "/openapi.json", create_app(Settings(requests_per_minute=10**9))
)
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@schema.parametrize()
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_made_up_requests(case: schemathesis.Case) -> None:
    response = case.call_and_validate(checks=CHECKS, headers={"Host": "localhost"})
    assert response.status_code != 401


def test_every_route_is_described() -> None:
    paths = create_app().openapi()["paths"]
    assert set(paths) == {
        "/health",
        "/metrics",
        "/v1/functions",
        "/v1/buttons",
        "/v1/tracker",
        "/v1/calls",
        "/v1/buttons/{name}",
        "/v1/files/{name}",
        "/v1/edits",
    }
    assert all(operation["description"] for path in paths.values() for operation in path.values())
