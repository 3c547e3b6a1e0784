"""Requests to addresses that strangers gave us: to public hosts only, resolved once and then pinned, nothing followed.

A name is looked up, every address behind it is judged, and the connection goes to the very address that was judged: a name that
answers differently the second time gains nothing. Networks of one's own may be allowed by a setting.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from server.core.config import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST_REPLY = 4096
# a translator of one's own network: what it makes of an address only it knows
LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
# IPv4 in the last 32 bits: translators, IPv4-compatible, IPv4-translated
WRAPPING = (
    ipaddress.ip_network("64:ff9b::/96"), LOCAL_NAT64, ipaddress.ip_network("::/96"), ipaddress.ip_network("::ffff:0:0:0/96"),
)  # fmt: skip


class NotOutside(Exception):
    """The address is no public https address, or the name behind it leads inside."""


@dataclass(frozen=True)
class Reply:
    """Status and headers; header names in lower case."""

    status: int
    headers: Mapping[str, str]


class Outward:
    """Posts to hosts outside. `networks` are allowed besides; plain http only to this machine, and only if it is among them."""

    def __init__(self, networks: tuple[Network, ...] = (), *, timeout: float = 10.0, deadline: float = 20.0) -> None:
        self._networks = networks
        self._timeout = timeout
        self._deadline = deadline

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Reading the machine's authorities takes a while: not before something is sent."""
        return ssl.create_default_context()

    def check(self, url: str) -> SplitResult:
        """The parts of a usable address; NotOutside otherwise. Says nothing yet of where its name leads."""
        parts = urlsplit(url)
        try:
            is_usable = bool(parts.hostname) and parts.port != 0 and not parts.username and not parts.fragment
        except ValueError:
            is_usable = False
        if not is_usable or not url.isascii() or any(one <= " " for one in url):
            raise NotOutside("unusable address")
        literal = _literal(parts.hostname or "")
        if parts.scheme != "https" and (parts.scheme != "http" or literal is None):
            raise NotOutside("not https")
        if literal is not None and not self._is_allowed(literal, parts.scheme):
            raise NotOutside("not a public address")
        return parts

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The reply; NotOutside, or OSError and HTTPException when there is none."""
        parts = self.check(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = _Pinned(parts, port, self._resolve(parts, port), self._timeout, self._tls)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.connect()
            with _ended_after(self._deadline, connection.sock):
                connection.request("POST", path, body, dict(headers))
                found = connection.getresponse()
                found.read(MOST_REPLY)
            return Reply(found.status, {name.lower(): value for name, value in found.getheaders()})
        finally:
            connection.close()

    def _resolve(self, parts: SplitResult, port: int) -> str:
        """The first address behind the name, if every one of them is allowed: one bad one among them is a trap."""
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        addresses = [str(row[4][0]).partition("%")[0] for row in found]
        if not addresses or not all(self._is_allowed(ipaddress.ip_address(one), parts.scheme) for one in addresses):
            raise NotOutside("the name leads inside")
        return addresses[0]

    def _is_allowed(self, address: Address, scheme: str) -> bool:
        inner = _inner(address)
        is_ours = any(one in network for one in (address, inner) for network in self._networks)
        if scheme == "http":
            return is_ours and inner.is_loopback
        # what wraps another address lies in reserved space itself: there the inner one decides
        is_outside = address.is_global and not address.is_multicast and address not in LOCAL_NAT64
        return is_ours or (is_outside and _is_public(inner))


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    is_old_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_old_local)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return address
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if wrapped is None and any(address in one for one in WRAPPING):
        wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address


class _Pinned(http.client.HTTPConnection):
    """Speaks to the address that was judged; the certificate is still the name's."""

    def __init__(self, parts: SplitResult, port: int, address: str, timeout: float, tls: ssl.SSLContext) -> None:
        super().__init__(parts.hostname or "", port, timeout=timeout)
        self._address = address
        self._wrap = tls if parts.scheme == "https" else None
        if self._wrap is not None:
            self.default_port = 443  # no port in the Host header of an ordinary https address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._wrap is not None:
            self.sock = self._wrap.wrap_socket(self.sock, server_hostname=self.host)


@contextmanager
def _ended_after(seconds: float, sock: socket.socket) -> Iterator[None]:
    """A server that answers a byte now and then must not hold us for ever."""

    def end() -> None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
