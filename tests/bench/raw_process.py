"""A raw fan-out over loopback: takes so many connections and writes to each the same bytes at the same times. It reads nothing, knows nothing
and asks nobody: what is left when all that a server does is taken away.

Prints its port; a JSON line [[seconds, base64], …] that comes in is sent to all, then it prints `sent`.
"""

from __future__ import annotations

import base64
import json
import socket
import sys
import time


def main(count: int) -> None:
    """Serve one round."""
    with socket.create_server(("127.0.0.1", 0), backlog=count) as door:
        print(door.getsockname()[1], flush=True)
        lines = []
        for _ in range(count):
            line, _peer = door.accept()
            line.recv(4096)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            lines.append(line)
        pieces = [(at, base64.b64decode(text)) for at, text in json.loads(sys.stdin.readline())]
        begun = time.monotonic()
        for at, piece in pieces:
            time.sleep(max(0.0, begun + at - time.monotonic()))
            for line in lines:
                line.sendall(piece)
        print("sent", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main(int(sys.argv[1]))
