"""A way with faults: a TCP proxy that cuts a connection after so many bytes and counts what got through. Seeded, so that a run can be repeated."""

from __future__ import annotations

import fcntl
import random
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterable

PIECE = 16_384


class CuttingProxy:
    """Forwards to a port of this machine. `cuts`: when so many bytes in all have gone to the server, the connection that carried
    them is cut, by its end or by a reset. `sent` counts the bytes that reached the server.
    """

    def __init__(self, port: int, cuts: Iterable[int], seed: int) -> None:
        self.sent = 0
        self.cuts_left = sorted(cuts)
        self._target = port
        self._chance = random.Random(seed)
        self._turn = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._is_closed = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nobody comes in any more."""
        self._is_closed = True
        self._door.close()
        with socket.socket() as knock:
            knock.connect_ex(("127.0.0.1", self.port))
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _address = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()
            threading.Thread(target=_down, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while data := near.recv(PIECE):
                with self._turn:
                    is_cut = self._forward(far, data)
                if is_cut:
                    break
        except OSError:
            pass
        finally:
            for side in (far, near):
                _end(side)

    def _forward(self, far: socket.socket, data: bytes) -> bool:
        """Send on up to the next cut; whether it was reached."""
        room = self.cuts_left[0] - self.sent if self.cuts_left else len(data) + 1
        far.sendall(data[:room])
        self.sent += min(room, len(data))
        if room > len(data):
            return False
        self.cuts_left.pop(0)
        if self._chance.random() < 0.5:
            _reset(far)
        return True


def _reset(side: socket.socket) -> None:
    """End it by a reset, once what was sent has arrived: a byte that was dropped on the way is not one that reached the server."""
    for _ in range(400):
        (waiting,) = struct.unpack("i", fcntl.ioctl(side, termios.TIOCOUTQ, b"\0\0\0\0"))
        if not waiting:
            break
        time.sleep(0.005)
    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    side.close()


def _down(far: socket.socket, near: socket.socket) -> None:
    try:
        while data := far.recv(PIECE):
            near.sendall(data)
    except OSError:
        pass
    finally:
        _end(near)


def _end(side: socket.socket) -> None:
    try:
        side.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        side.close()
