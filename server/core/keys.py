"""Keys of this server, made at the first start and kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def intake_path(data_dir: Path) -> Path:
    """Where the private key of intake lies."""
    return data_dir / "keys" / "intake.pem"


def ensure(data_dir: Path) -> None:
    """Make what is missing; an existing key is never replaced."""
    path = intake_path(data_dir)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


@cache
def intake_key(data_dir: Path) -> rsa.RSAPrivateKey:
    """The private key that opens sealed outboxes."""
    key = serialization.load_pem_private_key(intake_path(data_dir).read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the intake key is not an RSA key")
    return key


@cache
def public_intake_key(data_dir: Path) -> dict[str, object]:
    """The public half as hello sends it (PROTOCOL 3.2)."""
    numbers = intake_key(data_dir).public_key().public_numbers()
    modulus = _text(numbers.n)
    jwk = {
        "kty": "RSA",
        "alg": "RSA-OAEP-256",
        "e": _text(numbers.e),
        "n": modulus,
        "key_ops": ["wrapKey", "encrypt"],
        "ext": True,
    }
    return {"id": hashlib.sha256(modulus.encode()).hexdigest()[:16], "alg": "RSA-OAEP-256", "jwk": jwk}


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
