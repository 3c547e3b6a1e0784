"""So many boards in a process of their own, so that they take no time from whom they measure: each holds a live stream and notes when it
hears of which change.

Prints `ready`, then, when a line comes in, one JSON line: `heard` change -> the moments (monotonic, of the whole machine) at which each board
heard of it; `bytes` what the first board got: [moment, base64] by pieces.
"""

from __future__ import annotations

import base64
import json
import re
import selectors
import socket
import sys
import time
from typing import Any

MARK = re.compile(rb"bench-(\d+)\.")
LONGEST_MARK = 24


class Board:
    """One stream."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.line = socket.create_connection(("127.0.0.1", port))
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
        self.line.sendall(head.encode())
        self.tail = b""
        self.known: set[int] = set()

    def changes(self, piece: bytes) -> set[int]:
        """Changes that this piece is the first to tell of."""
        text = self.tail + piece
        self.tail = text[-LONGEST_MARK:]
        found = {int(one) for one in MARK.findall(text)} - self.known
        self.known |= found
        return found


def main(port: int, path: str, cookie: str, count: int) -> None:
    """Listen until a line comes in."""
    boards = [Board(port, path, cookie) for _ in range(count)]
    for one in boards:  # each has got its greeting
        assert b" 200 " in one.line.recv(4096)
        one.line.setblocking(False)
    looking = selectors.DefaultSelector()
    for one in boards:
        looking.register(one.line, selectors.EVENT_READ, one)
    looking.register(sys.stdin, selectors.EVENT_READ, None)
    print("ready", flush=True)
    heard: dict[int, list[float]] = {}
    pieces: list[tuple[float, str]] = []
    while True:
        for key, _ in looking.select():
            if key.data is None:
                print(json.dumps({"heard": heard, "bytes": pieces}), flush=True)
                return
            _listen(key.data, heard, pieces if key.data is boards[0] else None, looking)


def _listen(
    board: Board, heard: dict[int, list[float]], pieces: list[Any] | None, looking: selectors.BaseSelector
) -> None:
    piece = board.line.recv(1 << 16)
    if not piece:
        looking.unregister(board.line)
        return
    now = time.monotonic()
    for change in board.changes(piece):
        heard.setdefault(change, []).append(now)
    if pieces is not None:
        pieces.append((now, base64.b64encode(piece).decode()))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
