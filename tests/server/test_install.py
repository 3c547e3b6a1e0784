"""The install page and `--lan`: an own authority whose certificate a client can really verify."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from server.cli import lan
from server.core.config import read_settings
from tests.world import World


def test_the_page_speaks_both_languages_and_names_the_address(world: World) -> None:
    client = world.app.test_client()
    for language, words in (("en", "Add to Home Screen"), ("zh-CN", "添加到主屏幕")):
        page = client.get("/install", headers={"Accept-Language": language})
        assert page.status_code == 200
        assert words in page.text
        assert "http://localhost:8000/app/" in page.text
        assert "<svg" in page.text and "style=" not in page.text and "<script" not in page.text
    assert client.get("/install/authority.crt").status_code == 404


def test_an_address_of_this_computer_only_says_how_phones_get_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.app.test_client()
    assert "make run LAN=1" in client.get("/install").text
    reachable = replace(world.app.extensions["callout.settings"], public_url="https://service.example.com")
    monkeypatch.setitem(world.app.extensions, "callout.settings", reachable)
    assert "LAN=1" not in client.get("/install").text


def test_lan_makes_a_certificate_that_verifies_and_keeps_its_authority(tmp_path: Path) -> None:
    settings = read_settings({"CALLOUT_DATA_DIR": str(tmp_path)})
    changed, tls = lan.prepare(settings)
    assert changed.base_url.startswith("https://")
    first = tls.authority.read_bytes()
    leaf = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    authority = x509.load_pem_x509_certificate(first)
    leaf.verify_directly_issued_by(authority)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < dt.timedelta(days=398)
    ssl.create_default_context(cafile=str(tls.authority)).load_cert_chain(tls.certificate, tls.key)
    assert tls.key.stat().st_mode & 0o077 == 0
    lan.prepare(replace(settings, public_url="https://service.example.com"))
    assert tls.authority.read_bytes() == first
