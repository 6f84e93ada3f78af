"""Who gets in, how much they may send, how often."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import stat
import time
from collections.abc import Iterator, MutableMapping
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from fanpan.addin.service import app, intake
from fanpan.addin.service.app import Settings, create_app
from fanpan.addin.service.certificate import local_certificate
from fanpan.addin.service.intake import MOST_BYTES
from fanpan.addin.service.serve import Address, NoTokens, configure
from fanpan.addin.service.tokens import TokenProblem, Tokens, sign

from .service import ask, running

BODY = json.dumps({"calls": [{"f": "HANDLER", "args": ["quality"]}]}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Tokens]]:
    """A service that asks for tokens, and its tokens."""
    file = tmp_path_factory.mktemp("tokens") / "tokens.json"
    tokens = Tokens(file)
    tokens.add("first")
    with running(("--host", "0.0.0.0"), {"FANPAN_TOKENS": str(file)}) as (url, _):
        yield url, tokens


def call(url: str, headers: dict[str, str], body: bytes = BODY) -> httpx.Response:
    return httpx.post(f"{url}/v1/calls", content=body, headers={**JSON, **headers}, timeout=60)


def test_a_token_opens_until_it_is_revoked(guarded: tuple[str, Tokens]) -> None:
    url, tokens = guarded
    token = tokens.add("shop")
    assert call(url, {"Authorization": f"Bearer {token}"}).status_code == 200
    assert call(url, {"Authorization": f"Bearer {token}x"}).status_code == 401
    tokens.revoke("shop")
    refused = call(url, {"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    assert refused.json()["error"]["message"]


def test_nothing_but_health_is_open(guarded: tuple[str, Tokens]) -> None:
    url, _ = guarded
    for path in ("/v1/functions", "/v1/buttons", "/v1/tracker", "/metrics"):
        assert httpx.get(f"{url}{path}").status_code == 401
    assert call(url, {}).status_code == 401
    assert httpx.get(f"{url}/health").status_code == 200


def test_only_hashes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "tokens.json"
    tokens = Tokens(file)
    token = tokens.add("shop")
    assert token not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tokens.named(token) == "shop"
    assert Tokens(file).named(token) == "shop"
    for name in ("shop", "", "a b", "../x", "x" * 61):
        with pytest.raises(TokenProblem):
            tokens.add(name)
    with pytest.raises(TokenProblem):
        tokens.revoke("nobody")


def signed(token: str, at: int, path: str = "/v1/calls", body: bytes = BODY) -> dict[str, str]:
    key = sha256(token.encode()).hexdigest()
    signature = sign(key, "POST", path, str(at), body)
    return {"X-Fanpan-Key": "script", "X-Fanpan-Time": str(at), "X-Fanpan-Signature": signature}


def test_signatures(guarded: tuple[str, Tokens]) -> None:
    url, tokens = guarded
    token = tokens.add("script")
    now = int(time.time())
    assert call(url, signed(token, now)).status_code == 200
    assert call(url, signed(token, now - 290)).status_code == 200
    stale = (signed(token, now - 310), signed(token, now + 310))
    other = signed(token, now, body=b"{}"), signed(token, now, path="/v1/functions")
    wrong = signed(token + "x", now)
    nobody = {**signed(token, now), "X-Fanpan-Key": "nobody"}
    for headers in (*stale, *other, wrong, nobody):
        assert call(url, headers).status_code == 401
    for time_ in ("soon", "", "-1", "1e9", "\xb2", "9" * 5000):
        odd = {**signed(token, now), "X-Fanpan-Time": time_}
        encoded = {name: value.encode("latin-1") for name, value in odd.items()}
        response = httpx.post(f"{url}/v1/calls", content=BODY, headers=encoded)
        assert response.status_code == 401, time_
    for packing in ("gzip", "GZIP"):
        packed = {**signed(token, now), "Content-Encoding": packing}
        assert call(url, packed, gzip.compress(BODY)).status_code == 200


def test_too_large_however_it_comes(service: str) -> None:
    large = b" " * (MOST_BYTES + 1)
    assert call(service, {}, large).status_code == 413
    bomb = gzip.compress(b" " * (200 << 20))
    assert call(service, {"Content-Encoding": "gzip"}, bomb).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * (1 << 20)

    response = httpx.post(f"{service}/v1/calls", content=pieces(), headers=JSON, timeout=60)
    assert response.status_code == 413
    assert response.json()["error"]["message"]


def test_too_many_calls_in_a_batch(service: str) -> None:
    calls = [{"f": "HANDLER", "args": ["quality"]}] * 20_001
    response = httpx.post(f"{service}/v1/calls", json={"calls": calls}, timeout=60)
    assert response.status_code == 422


def test_a_slow_client_holds_up_nobody(service: str) -> None:
    host, port = service.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
        began = time.perf_counter()
        assert call(service, {}).status_code == 200
        assert time.perf_counter() - began < 5


def test_no_more_than_so_many_requests(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    token = Tokens(tokens).add("shop")
    copy = create_app(Settings(tokens=tokens, requests_per_minute=2))

    def statuses(headers: dict[str, str]) -> list[int]:
        return [ask(copy, "GET", "/v1/buttons", headers=headers).status_code for _ in range(3)]

    assert statuses({}) == [401, 401, 429]  # who guesses is slowed down, and slows down nobody
    assert statuses({"Authorization": f"Bearer {token}"}) == [200, 200, 429]


def test_strangers_are_refused_before_their_body_is_read(guarded: tuple[str, Tokens]) -> None:
    host, port = guarded[0].removeprefix("http://").split(":")
    head = b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
    for stranger in (b"", b"Authorization: Bearer x\r\n", b"X-Fanpan-Key: first\r\n"):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head + stranger + b"\r\n")  # and nothing more
            assert connection.recv(4096).startswith(b"HTTP/1.1 401")


def test_every_described_route_but_health_is_guarded(tmp_path: Path) -> None:
    copy = create_app(Settings(tokens=tmp_path / "tokens.json"))
    for path, operations in copy.openapi()["paths"].items():
        for method in operations:
            expected = 200 if path == "/health" else 401
            assert ask(copy, method, path).status_code == expected, path


def test_a_service_without_tokens_serves_no_proxy(service: str) -> None:
    for host in ("fanpan.example.com", "fanpan.example.com:443", "127.0.0.1.example.com"):
        response = call(service, {"Host": host})
        assert response.status_code == 401
        assert "--ask-token" in response.json()["error"]["message"]
    for host in ("localhost", "127.0.0.1:1", "[::1]:8765"):
        assert call(service, {"Host": host}).status_code == 200


def test_a_body_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.05)
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(dict(message))

    scope = {
        "type": "http", "method": "POST", "path": "/v1/calls", "query_string": b"",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(create_app()(scope, receive, send))
    assert sent[0]["status"] == 408


def test_another_packing_is_refused(service: str) -> None:
    response = call(service, {"Content-Encoding": "br"})
    assert response.status_code == 415
    assert response.json()["error"]["message"]


def test_a_refusal_is_told_to_a_page_of_a_known_host(service: str) -> None:
    origin = "https://excel.officeapps.live.com"
    response = call(service, {"Origin": origin}, b" " * (MOST_BYTES + 1))
    assert response.status_code == 413
    assert response.headers["access-control-allow-origin"] == origin
    assert "16 MB" in response.json()["error"]["message"]


def test_a_fault_of_ours_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_batch: object) -> list[object]:
        raise RuntimeError("secret of a cell")

    monkeypatch.setattr(app, "answer", fail)
    response = ask(create_app(), "POST", "/v1/calls", content=BODY, headers=JSON)
    assert response.status_code == 500
    assert "没能算完" in response.json()["error"]["message"]
    assert "secret" not in response.text


@pytest.mark.parametrize("path", ["/", "/index.html", "/excel/taskpane.html"])
def test_pages_run_our_scripts_only(service: str, path: str) -> None:
    headers = httpx.get(f"{service}{path}").headers
    scripts = headers["content-security-policy"].partition("script-src ")[2].partition(";")[0]
    assert scripts.startswith("'self'")
    assert "unsafe-inline" not in scripts
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://excel.officeapps.live.com", True),
        ("http://localhost:3000", True),
        ("https://n-abc-0lu-script.googleusercontent.com", True),
        ("https://evil.example", False),
        ("https://officeapps.live.com.evil.example", False),
        ("null", False),
    ],
)
def test_only_known_hosts_may_call_from_a_page(service: str, origin: str, allowed: bool) -> None:
    response = httpx.options(
        f"{service}/v1/calls",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert (response.headers.get("access-control-allow-origin") == origin) is allowed


def test_a_page_of_another_site_presses_nothing(service: str) -> None:
    form = {"Content-Type": "text/plain"}  # what a page may send anywhere without asking first
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        assert call(service, {**form, "Origin": origin}).status_code == 403
    for origin in (service, "https://excel.officeapps.live.com", "http://[::1]:8765"):
        assert call(service, {"Origin": origin}).status_code == 200


def test_the_network_is_closed_without_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANPAN_TOKENS", str(tmp_path / "tokens.json"))
    with pytest.raises(NoTokens):
        configure(Address("0.0.0.0"))
    with pytest.raises(NoTokens):
        configure(Address("127.0.0.1", ask_token=True))
    assert configure(Address("127.0.0.1")) == {"FANPAN_OPEN": "1"}
    Tokens(tmp_path / "tokens.json").add("shop")
    assert configure(Address("127.0.0.1", ask_token=True)) == {"FANPAN_OPEN": "0"}


def test_https_with_a_certificate_of_this_machine(tmp_path: Path) -> None:
    certificate, key = local_certificate(tmp_path)
    made = certificate.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert local_certificate(tmp_path) == (certificate, key)
    assert certificate.read_bytes() == made
    certificate.write_bytes(b"nonsense")
    local_certificate(tmp_path)
    assert certificate.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    home = tmp_path / "home"
    home.mkdir()
    with running(("--https",), {"HOME": str(home)}) as (url, _):
        (kept,) = home.rglob("localhost.crt")
        context = ssl.create_default_context(cafile=str(kept))
        localhost = url.replace("127.0.0.1", "localhost")
        assert httpx.get(f"{localhost}/health", verify=context).json()["status"] == "ok"


def test_no_secret_reaches_the_log(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    token = tokens.add("shop")
    environment = {"FANPAN_TOKENS": str(tmp_path / "tokens.json")}
    log = tmp_path / "log"
    with running(("--host", "0.0.0.0"), environment, log=log) as (url, _):
        call(url, {"Authorization": f"Bearer {token}"})
        call(url, {"Authorization": f"Bearer {token}"}, b"{")
        httpx.get(f"{url}/v1/functions?token={token}")
    text = log.read_text("utf-8")
    assert "翻盘" in text
    assert token not in text
