"""A push service in a process of its own, so that it takes no time from whom it measures: of 1,000 browsers one hangs, every tenth fails.

Prints the subscriptions as one JSON line; each line that comes in is answered by how many pushes each browser has got, and the faults.
"""

from __future__ import annotations

import json
import sys

from tests.peers.push_service import PushService


def main(count: int, latency: float, is_failing: bool) -> None:
    """Serve until the input ends."""
    with PushService(latency) as service:
        browsers = [service.browser() for _ in range(count)]
        for number, browser in enumerate(browsers if is_failing else []):
            if number == 1:
                browser.hangs = True
            elif number % 20 == 0:
                browser.answers = [(410, {})]
            elif number % 20 == 10:
                browser.answers = [(503, {"Retry-After": "1"})]
        print(json.dumps([service.subscription(one) for one in browsers]), flush=True)
        for _line in sys.stdin:
            print(json.dumps({"got": [len(one.got) for one in browsers], "faults": service.faults}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "failing")
