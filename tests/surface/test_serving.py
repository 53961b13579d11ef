"""`ledger serve` as a process: it listens, says where, and stops when asked; and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ledger.data import locate
from ledger.kernel.errors import StorageFailure, UsageError
from ledger.language.catalogue import render, speaking
from ledger.serving import PortTaken, Surface, build, listen

COMMAND = "from ledger.cli.main import main; main()"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--ledger", str(folder), "--lang", "en", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_it_serves_says_where_and_stops_cleanly(own_arles: Path) -> None:
    port = _free_port()
    with _start(own_arles, "--port", str(port)) as server:
        assert server.stdout
        address = re.search(r"http://[\d.]+:\d+/", server.stdout.readline())
        assert address
        assert address[0] == f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(address[0], timeout=30) as answer:
            assert "Les 6 lieux" in answer.read().decode()
        server.send_signal(signal.SIGINT)
        _out, complaints = server.communicate(timeout=20)
    assert server.returncode == 0, complaints
    assert "Traceback" not in complaints
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_error_inside_tells_the_reader_little_and_prints_nobody_s_data(own_arles: Path) -> None:
    port = _free_port()
    with _start(own_arles, "--port", str(port)) as server:
        assert server.stdout
        server.stdout.readline()
        for path in ("nothing", "members/nothing"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30)
        server.send_signal(signal.SIGINT)
        _out, complaints = server.communicate(timeout=20)
    assert "Traceback" not in complaints
    assert "locals" not in complaints


def test_a_port_in_use_is_told_with_another_to_try(arles: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        started = time.monotonic()
        with pytest.raises(PortTaken) as refused:
            listen(Surface(arles / "views" / "members.db", port=port))
    assert time.monotonic() - started < 2
    with speaking("fr"):
        said = render(refused.value)
    assert f"le port {port} de 127.0.0.1 est déjà pris" in said
    assert f"--port {port + 1}" in said


@pytest.mark.parametrize(
    "surface",
    [
        Surface(Path("x"), host="203.0.113.7"),
        Surface(Path("x"), port=99999),
        Surface(Path("x"), host="no such host"),
    ],
)
def test_an_interface_or_a_port_that_cannot_be_is_told(surface: Surface) -> None:
    with pytest.raises(UsageError):
        listen(surface)


def test_a_view_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="read model"):
        build(Surface(tmp_path / "members.db"))


def test_what_ships_with_the_program_is_found() -> None:
    for name, inside in (("datasette", "templates/base.html"), ("scenarios", "arles")):
        assert (locate(name) / inside).exists()
    assert not (locate("datasette") / "__init__.py").exists()
    with pytest.raises(StorageFailure, match="lacks"):
        locate("no-such-folder")
