"""Asks one address again and again from several threads: `python -m benchmarks.load URL REQUESTS THREADS`.

`{n}` in the address is another number each time, so that no answer was given before. Run as a process of
its own, so that the asking does not slow down what is asked. Prints one JSON line:
requests answered a second, the failures, and the median and 95th percentile of one request in milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from itertools import chain, count
from statistics import quantiles
from urllib.parse import urlsplit

NUMBERS = count(time.time_ns())


def ask(url: str, requests: int) -> list[float | None]:
    """Seconds of each request over one connection that is kept open; None for a failure of the server."""
    where = urlsplit(url)
    taken: list[float | None] = []
    path = where.path + (f"?{where.query}" if where.query else "")
    with closing(HTTPConnection(where.netloc, timeout=30)) as connection:
        for _ in range(requests):
            start = time.perf_counter()
            connection.request("GET", path.replace("{n}", str(next(NUMBERS))))
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - start if answer.status == 200 else None)
    return taken


def main(url: str, requests: int, threads: int) -> dict[str, float]:
    """The figures of one run."""
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        asked = list(chain(*pool.map(ask, [url] * threads, [requests // threads] * threads)))
    spent, taken = time.perf_counter() - start, [each for each in asked if each is not None]
    cuts = quantiles(taken, n=20)
    return {
        "requests_a_second": len(taken) / spent,
        "p50_ms": cuts[9] * 1e3,
        "p95_ms": cuts[18] * 1e3,
        "failed": len(asked) - len(taken),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
