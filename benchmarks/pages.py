"""The trail of one grant's 150 expenses as a page: `ledger serve` beside Fava, over the loopback interface.

Both show the same expenses, among 3,150 of 21 grants. Fava's page of an account is a shell that asks its
report from the program: that report is what is counted, and in a browser the whole page, from an empty
cache to the first row that can be seen. Asked by several at once, Fava fails now and then (its templates share
a state between threads): failures are told and not counted as answers. `python -m benchmarks.pages [REQUESTS]`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.request import urlopen

from benchmarks.expenses import Expense, expenses, write_beancount, write_log
from benchmarks.measuring import Program, Row, compiled, ended, told
from benchmarks.peers import python_peers
from ledger.service.ledger import Ledger

A_CONVENTION, CONVENTIONS, ROUNDS, THREADS, REQUESTS, VISITS = 150, 21, 3, 4, 100, 5
SHOWN = "C-2015"
START_SECONDS = 60
MORE_REQUESTS, LESS_TIME = 4.0, 1 / 3


class Site(NamedTuple):
    """A page that is served.

    Args:
        report: the address whose answer holds the expenses; it ends with a number that means nothing.
        page: the address that a person opens.
        row: what an expense is on it, for a browser.
    """

    report: str
    page: str
    row: str


def main(requests: int = REQUESTS) -> list[Row]:
    """All rows."""
    of = expenses(A_CONVENTION * CONVENTIONS, A_CONVENTION)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as serving:
        folder = Path(temporary)
        sites = {"ours": serving.enter_context(ours(folder, of))}
        home = python_peers()
        if home:
            sites["fava"] = serving.enter_context(fava(folder, of, home))
        for name, site in sites.items():
            text = get(site.report)
            assert all(
                f"{e.label}<" in text or f"{e.label}\\n" in text for e in of if e.convention == SHOWN
            ), f"{name} does not show all expenses"
        return [*_rates(sites, requests, folder), _first_rows(sites)]


def _rates(sites: dict[str, Site], requests: int, folder: Path) -> Iterator[Row]:
    """The page rendered for each request, and the page that was asked for before."""
    work = f"trail of {A_CONVENTION} expenses, {THREADS} readers at once"
    yield _rate(f"{work}, never asked before", sites, "{n}", requests, folder)
    yield _rate(f"{work}, asked again", sites, "1", requests, folder)


def _rate(work: str, sites: dict[str, Site], number: str, requests: int, folder: Path) -> Row:
    rates: dict[str, list[float]] = {name: [] for name in sites}
    failed = dict.fromkeys(sites, 0)
    for _round in range(ROUNDS):
        for name, site in sites.items():
            load = (
                sys.executable,
                "-m",
                "benchmarks.load",
                site.report + number,
                str(requests),
                str(THREADS),
            )
            found = json.loads(Program(load, compiled(folder)).output())
            rates[name].append(found["requests_a_second"])
            failed[name] += found["failed"]
    assert not failed["ours"], "our pages failed"
    rate = {name: median(all_) for name, all_ in rates.items()}
    ours_ = f"{rate['ours']:.0f} requests/s"
    if "fava" not in rate:
        return Row(work, ours_, "missing: FAVA IS NOT INSTALLED")
    ratio = rate["ours"] / rate["fava"]
    beside = f"Fava {rate['fava']:.0f} requests/s" + (f", {failed['fava']} failed" if failed["fava"] else "")
    return Row(work, ours_, beside, ratio, f"> {MORE_REQUESTS:.0f} × its requests", ratio > MORE_REQUESTS)


_WATCH = """
const look = () => {{
  const row = document.querySelector({row});
  if (row && row.getClientRects().length) window.firstRow = performance.now();
  else requestAnimationFrame(look);
}};
requestAnimationFrame(look);
"""
_SEEN = """() => new Promise(said => {
  const ask = () => (window.firstRow ? said(window.firstRow) : requestAnimationFrame(ask));
  ask();
})"""
"""The page itself notes when a frame first holds the row, in milliseconds from the start of the navigation.

Asked from outside, the moment is known to the next of the tester's own looks only, up to half a second apart.
"""


def _first_rows(sites: dict[str, Site]) -> Row:
    work, chromium = "first row in Chromium, empty cache", shutil.which("chromium")
    if not (chromium and find_spec("playwright")):
        return Row(work, "", "missing: CHROMIUM OR PLAYWRIGHT IS NOT INSTALLED")
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {name: [] for name in sites}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _visit in range(VISITS + 1):
            for name, site in sites.items():
                context = browser.new_context()
                page = context.new_page()
                page.add_init_script(_WATCH.format(row=json.dumps(site.row)))
                page.goto(site.page, wait_until="commit")
                taken[name].append(page.evaluate(_SEEN) / 1e3)
                context.close()
        browser.close()
    found = {
        name: median(all_[1:]) for name, all_ in taken.items()
    }  # the first one starts Chromium's own parts
    ours_ = f"{found['ours'] * 1e3:.0f} ms"
    if "fava" not in found:
        return Row(work, ours_, "missing: FAVA IS NOT INSTALLED")
    ratio = found["ours"] / found["fava"]
    return Row(work, ours_, f"Fava {found['fava'] * 1e3:.0f} ms", ratio, "< ⅓ of its time", ratio < LESS_TIME)


# --- serving


@contextmanager
def ours(folder: Path, of: list[Expense]) -> Iterator[Site]:
    """`ledger serve` over a ledger of these expenses, each with an invoice and a proof of payment."""
    home = folder / "ledger"
    with Ledger.create(home, "fr") as ledger:
        write_log(ledger.log, of, proofs=True)
        ledger.projector().catch_up()
    with serving(folder, home, SHOWN) as site:
        yield site


@contextmanager
def serving(folder: Path, home: Path, shown: str) -> Iterator[Site]:
    """`ledger serve` over a ledger that is there, and its page of one grant."""
    serve = "from ledger.cli.main import main; main()"
    command = (sys.executable, "-uc", serve, "--ledger", str(home), "serve", "--port", str(_free_port()))
    with _served(command, compiled(folder)) as process:
        assert process.stdout
        said = re.search(r"http://\S+?/", process.stdout.readline())
        assert said, "ledger serve did not say where"
        page = f"{said[0]}funding/{shown}"
        _wait(page, process)
        yield Site(
            f"{page}?n=", page, "table.trail tbody tr th a"
        )  # a row out of sight is laid out when it is asked for


@contextmanager
def fava(folder: Path, of: list[Expense], home: Path, shown: str = SHOWN) -> Iterator[Site]:
    """Fava over the same expenses."""
    journal, port = folder / "expenses.beancount", _free_port()
    write_beancount(journal, of)
    command = (str(home / "bin" / "fava"), "--host", "127.0.0.1", "--port", str(port), str(journal))
    with _served(command, compiled(folder)) as process:
        start = f"http://127.0.0.1:{port}/"
        slug = _wait(start, process).removeprefix(start).partition("/")[0]
        account = f"Expenses:{shown}"
        report = f"{start}{slug}/api/account_report?a={account}&n="
        yield Site(report, f"{start}{slug}/account/{account}/", ".journal > li.transaction")


@contextmanager
def _served(command: tuple[str, ...], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        ended(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[str]) -> str:
    """The address that finally answers.

    Raises:
        TimeoutError: nothing answered in time.
    """
    return _until(lambda: urlopen(url, timeout=10).geturl(), process, url)


def _until(answered: Callable[[], str], process: subprocess.Popen[str], url: str) -> str:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            return answered()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {url}")


def get(url: str, seconds: float = 30) -> str:
    """The text at an address.

    Raises:
        TimeoutError: nothing came for so long.
    """
    with urlopen(url, timeout=seconds) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    print(told(main(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)))
