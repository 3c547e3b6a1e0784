"""`callout run --lan`: https for real phones in this network from an own certificate authority, which the install page explains."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.core.config import Settings

YEARS = 10
LEAF_DAYS = 390  # phones refuse longer ones


@dataclass(frozen=True)
class Tls:
    """The server's certificate and key, and the authority's certificate that phones install."""

    certificate: Path
    key: Path
    authority: Path


def authority_path(data_dir: Path) -> Path:
    """The certificate that a phone has to trust; no secret."""
    return data_dir / "keys" / "lan-authority.crt"


def prepare(settings: Settings) -> tuple[Settings, Tls]:
    """Make what is missing, renew the leaf for today's address, listen on all addresses."""
    address = own_address()
    folder = settings.data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    authority, authority_key = _authority(folder)
    tls = Tls(folder / "lan.crt", folder / "lan.key", authority_path(settings.data_dir))
    _leaf(tls, authority, authority_key, address)
    public = settings.public_url or f"https://{address}:{settings.port}"
    host = "0.0.0.0" if settings.host == "127.0.0.1" else settings.host  # noqa: S104 - that is what --lan asks for
    return replace(settings, host=host, public_url=public), tls


def own_address() -> str:
    """The address other devices of this network reach us by; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_path, key_path = folder / "lan-authority.crt", folder / "lan-authority.key"
    if certificate_path.exists() and key_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return x509.load_pem_x509_certificate(certificate_path.read_bytes()), key
    made = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    name = _name(f"Callout on {socket.gethostname()}"[:60])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(made.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(made.public_key()), critical=False)
        .sign(made, hashes.SHA256())
    )  # fmt: skip
    _write(key_path, _pem(made), 0o600)
    _write(certificate_path, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, made


def _leaf(tls: Tls, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, address: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    names += [x509.IPAddress(ipaddress.ip_address(one)) for one in sorted({address, "127.0.0.1"})]
    certificate = (
        x509.CertificateBuilder().subject_name(_name(address)).issuer_name(authority.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=LEAF_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )  # fmt: skip
    _write(tls.key, _pem(key), 0o600)
    _write(tls.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
