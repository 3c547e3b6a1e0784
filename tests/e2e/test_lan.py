"""`callout run --lan` as a phone meets it: https with our own authority, a worker, a camera's right to ask, a cookie bound to the host."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Playwright

from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    live = LiveServer(tmp_path, lan=True).start()
    yield live
    live.stop()


def test_a_phone_that_trusts_the_authority_gets_the_whole_app(
    playwright: Playwright, server: LiveServer, tmp_path: Path
) -> None:
    authority = tmp_path / "keys" / "lan-authority.crt"
    assert requests.get(f"{server.url}/health/ready", verify=str(authority), timeout=10).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{server.url}/health/ready", timeout=10)
    offered = requests.get(f"{server.url}/install/authority.crt", verify=str(authority), timeout=10)
    assert offered.content == authority.read_bytes()
    executable = shutil.which("chromium")
    assert executable
    # Chromium is told to trust this very key, as a phone is once its owner has installed the authority
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "phone", executable_path=executable, headless=True, locale="en-GB",
        args=["--no-sandbox", f"--ignore-certificate-errors-spki-list={_spki(tmp_path / 'keys' / 'lan.crt')}"],
    )  # fmt: skip
    page = context.pages[0]
    page.goto(f"{server.url}/app/")
    page.fill("[name=login]", "ben")
    page.fill("[name=password]", "callout-demo")
    page.click("[type=submit]")
    page.wait_for_selector(".hero a")
    assert page.evaluate("isSecureContext && !!navigator.mediaDevices && !!navigator.geolocation")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert [one["name"] for one in context.cookies()] == ["__Host-callout"]
    context.set_offline(True)
    page.reload()
    page.wait_for_selector(".hero a")
    context.close()


def _spki(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()
