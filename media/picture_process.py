"""The process in which strangers' pictures are decoded: bytes come in at one end, a line of JSON and the variants go out at the other.

It limits itself before it reads a byte: memory, seconds of processor, no file written, no core left behind. Started by sandbox.
"""

from __future__ import annotations

import json
import resource
import sys


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """What this process may use from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(memory_bytes: int, cpu_seconds: int) -> None:
    """Read a picture, answer what it is and its variants, or why it is refused."""
    limit(memory_bytes, cpu_seconds)
    from media.containers import Refused
    from media.variants import TOO_HARD, picture

    out = sys.stdout.buffer
    try:
        found = picture(sys.stdin.buffer.read())
    except Refused as refused:
        out.write(json.dumps({"refused": refused.code}).encode() + b"\n")
        return
    except MemoryError:
        out.write(json.dumps({"refused": TOO_HARD}).encode() + b"\n")
        return
    told = [[one.name, one.mime, one.width, one.height, len(one.data)] for one in found.variants]
    head = {"mime": found.mime, "width": found.width, "height": found.height, "variants": told}
    out.write(json.dumps(head).encode() + b"\n")
    for one in found.variants:
        out.write(one.data)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
