"""Whatever a hand changes in `log.db`, `ledger verify` says that it was altered, and never breaks down.

Every column of every table is changed in many ways, in its first row and its last; tables, guards and
rows are dropped, added and emptied. The control is the same folder untouched.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import FOUNDING, Clock, write

from ledger.cli import main
from ledger.kernel.errors import Altered, StorageFailure
from ledger.language.formats import plain
from ledger.service.ledger import Ledger
from ledger.store.schema import STATEMENTS

MORE = """
acts:
  - record-expense: {amount: 12 €, label: Stamps, paid: 2024-03-01, invoice: invoice.pdf}
  - adopt-decision: {id: D-1, title: Stamps, text: Marie buys stamps, on: 2024-03-02}
  - seal-period: {until: 2024-03-03, on: 2024-03-05}
"""

TABLES = {
    "ledger": ("id",),
    "events": ("seq", "stream", "version", "topic", "state", "scope", "nodes"),
    "transactions": ("size", "record", "signature"),
    "ids": ("key", "noun", "id", "seq"),
    "commands": ("command", "seq"),
}
VALUES = {
    "as text": "CAST({column} AS TEXT)",
    "as bytes": "CAST({column} AS BLOB)",
    "nothing": "NULL",
    "zero": "0",
    "below zero": "-7",
    "the largest number": "9223372036854775807",
    "a fraction": "1.5",
    "no text": "''",
    "another text": "'zz'",
    "no bytes": "x''",
    "other bytes": "x'00ff'",
    "bytes that are no text": "CAST(x'ff7b7d' AS TEXT)",
    "an empty object": "CAST('{{}}' AS BLOB)",
    "a list in text": "'[1]'",
    "one byte more": "CAST({column} || ' ' AS BLOB)",
    "its first half": "substr({column}, 1, length({column}) / 2)",
    "zeros in its middle": (
        "CAST(substr({column}, 1, length({column}) / 2) || zeroblob(4)"
        " || substr({column}, length({column}) / 2 + 5) AS BLOB)"
    ),
    "another letter": "CAST(replace({column}, 'a', 'b') AS BLOB)",
    "another number": "{column} + 1",
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a founding, a file of evidence, a text in the vault, a correction and a seal."""
    folder = tmp_path_factory.mktemp("recorded")
    with Ledger.create(folder / "ledger", "en", Clock()) as ledger:
        ledger.record_file(write(folder, "founding.yaml", FOUNDING))
        (folder / "invoice.pdf").write_bytes(b"%PDF-1.4 an invoice")
        ledger.record_file(write(folder, "more.yaml", MORE), author="coord")
    return folder / "ledger"


def verdict(capsys: pytest.CaptureFixture[str], folder: Path, language: str = "en") -> tuple[int, str]:
    """The exit code of `ledger verify`, and all that it says."""
    capsys.readouterr()
    code = main.run(["--lang", language, "--ledger", str(folder), "verify"])
    said = capsys.readouterr()
    return code, said.out + said.err


def edited(folder: Path, changes: str) -> bool:
    """Changes the log by hand, all guards out of the way and back again; whether it says something else."""
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as hand:
        hand.text_factory = bytes
        hand.execute("PRAGMA synchronous=OFF")
        before = content(hand)
        for name in [n for n in STATEMENTS if STATEMENTS[n].startswith("CREATE TRIGGER")]:
            hand.execute(f"DROP TRIGGER {name}")
        hand.execute("PRAGMA writable_schema=ON")
        hand.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')")
        hand.execute("PRAGMA writable_schema=RESET")
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as hand:
        hand.text_factory = bytes
        hand.execute("PRAGMA synchronous=OFF")
        try:
            hand.executescript(changes)
        except sqlite3.IntegrityError:
            return False  # no hand can write that here
        changed = content(hand) != before
        there = {name.decode() for (name,) in hand.execute("SELECT name FROM sqlite_master")}
        for name, statement in STATEMENTS.items():
            if name not in there and statement.startswith("CREATE TRIGGER"):
                try:
                    hand.execute(statement)
                except sqlite3.OperationalError:
                    continue  # its table is gone
        hand.execute("PRAGMA writable_schema=ON")
        for name, statement in STATEMENTS.items():
            hand.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (statement, name))
        return changed


def content(hand: sqlite3.Connection) -> list[object]:
    """Every row, types included."""
    return [
        hand.execute(f"SELECT {', '.join(f'typeof({c}), {c}' for c in columns)} FROM {table}").fetchall()
        for table, columns in TABLES.items()
    ]


KEYS = {"ledger": "id", "events": "seq", "transactions": "size", "ids": "key", "commands": "seq"}


def test_an_untouched_folder_is_intact(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The control of all that follows: without an edit, dropping and restoring the guards changes nothing."""
    assert verdict(capsys, recorded)[0] == 0
    assert not edited(recorded, "SELECT 1")
    code, said = verdict(capsys, recorded)
    assert code == 0, said
    assert said.startswith("Intact")


@pytest.mark.parametrize("place", ["MIN", "MAX"])
@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in TABLES.items() for c in columns])
def test_a_changed_value_is_an_alteration(
    recorded: Path, capsys: pytest.CaptureFixture[str], table: str, column: str, place: str
) -> None:
    log, key, tried = recorded / "log.db", KEYS[table], 0
    image = log.read_bytes()
    try:
        for name, value in VALUES.items():
            log.write_bytes(image)
            change = (
                f"UPDATE {table} SET {column} = {value.format(column=column)}"
                f" WHERE {key} = (SELECT {place}({key}) FROM {table})"
            )
            if edited(recorded, change):
                tried += 1
                code, said = verdict(capsys, recorded)
                assert code in (Altered.exit_code, StorageFailure.exit_code), f"{name}: {said}"
                assert code == Altered.exit_code or "is damaged" in said, f"{name}: {said}"
                assert said, name
    finally:
        log.write_bytes(image)
    assert tried > 2


FIRST = "(SELECT MIN({key}) FROM {table})"
MIDDLE = "(SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM {table}))"
LAST = "(SELECT MAX({key}) FROM {table})"
WHOLE = {
    "a row gone": "DELETE FROM {table} WHERE {key} = " + MIDDLE,
    "the first row gone": "DELETE FROM {table} WHERE {key} = " + FIRST,
    "the last row gone": "DELETE FROM {table} WHERE {key} = " + LAST,
    "all rows gone": "DELETE FROM {table}",
    "the table gone": "DROP TABLE {table}",
    "a column gone": "ALTER TABLE {table} DROP COLUMN {last}",
    "a column renamed": "ALTER TABLE {table} RENAME COLUMN {last} TO other",
    "another table in its place": "DROP TABLE {table}; CREATE TABLE {table} (x)",
    "a view in its place": "ALTER TABLE {table} RENAME TO other; CREATE VIEW {table} AS SELECT * FROM other",
}
ROWS = {
    "events": "SELECT seq + 1, stream, version + 1, topic, state, scope, nodes FROM events WHERE seq = "
    + LAST,
    "transactions": "SELECT size + 1, record, NULL FROM transactions WHERE size = " + LAST,
    "ledger": "VALUES ('another')",
    "ids": "VALUES ('zz', 'lieu', 'ZZ', 3)",
    "commands": "VALUES ('zz', 3)",
}


def told_to_be_wrong(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, said = verdict(capsys, folder)
    assert code == Altered.exit_code or (code == StorageFailure.exit_code and "is damaged" in said), said
    assert len(said) > 20


IMPOSSIBLE = {("ledger", "a column gone"), ("commands", "a column gone")}  # they are their table's key


@pytest.mark.parametrize(("table", "change"), sorted({(t, c) for t in TABLES for c in WHOLE} - IMPOSSIBLE))
def test_a_changed_table_is_an_alteration(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, change: str
) -> None:
    folder = shutil.copytree(recorded, tmp_path / "copy")
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as hand:
        for name in [n for n in STATEMENTS if STATEMENTS[n].startswith(("CREATE TRIGGER", "CREATE INDEX"))]:
            hand.execute(f"DROP {STATEMENTS[name].split()[1]} {name}")
        hand.executescript(WHOLE[change].format(table=table, key=KEYS[table], last=TABLES[table][-1]))
    told_to_be_wrong(capsys, folder)


@pytest.mark.parametrize("table", ROWS)
def test_a_row_slipped_in_is_an_alteration(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    folder = shutil.copytree(recorded, tmp_path / "copy")
    row = ROWS[table].format(table=table, key=KEYS[table])
    assert edited(folder, f"INSERT INTO {table} {row}")
    told_to_be_wrong(capsys, folder)


@pytest.mark.parametrize("name", [n for n in STATEMENTS if not STATEMENTS[n].startswith("CREATE TABLE")])
def test_a_guard_or_an_index_gone_is_an_alteration(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = shutil.copytree(recorded, tmp_path / "copy")
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as hand:
        hand.execute(f"DROP {STATEMENTS[name].split()[1]} {name}")
    told_to_be_wrong(capsys, folder)


LANGUAGES = {
    "en": ["ALTERED: 1 problem found.", "  Event {seq} is not what was recorded."],
    "fr": ["ALTÉRÉ\u00a0: 1 problème trouvé.", "  L'événement {seq} n'est pas ce qui a été inscrit."],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_replaced_in_sql_names_its_event(
    recorded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str
) -> None:
    """SQLite's `replace` makes a text of the bytes: a type that nobody recorded."""
    folder = shutil.copytree(recorded, tmp_path / "copy")
    changed = "UPDATE events SET state = replace(state, '1200', '9200') WHERE topic = 'expense.recorded.v1'"
    assert edited(folder, changed)
    code, said = verdict(capsys, folder, language)
    with closing(sqlite3.connect(folder / "log.db")) as hand:
        ((seq,),) = hand.execute("SELECT seq FROM events WHERE topic = 'expense.recorded.v1'").fetchall()
    expected = [line.format(seq=seq) for line in LANGUAGES[language]]
    assert (code, [plain(line) for line in said.splitlines()]) == (1, [plain(line) for line in expected])


@pytest.mark.parametrize("words", [("rebuild",), ("balance", "--as-of", "2024-02-01"), ("log",)])
@pytest.mark.parametrize(
    "value", ["replace(state, '1200', '9200')", "CAST(replace(state, '1200', 'x') AS BLOB)"]
)
def test_what_reads_every_event_refuses_an_altered_one(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], value: str
) -> None:
    folder = shutil.copytree(recorded, tmp_path / "copy")
    assert main.run(["--ledger", str(folder), *words]) == 0  # the control
    for cut in (folder / "views").glob("cut-*"):
        cut.unlink()
    assert edited(folder, f"UPDATE events SET state = {value} WHERE topic = 'expense.recorded.v1'")
    capsys.readouterr()
    assert main.run(["--lang", "en", "--ledger", str(folder), *words]) == Altered.exit_code
    said = capsys.readouterr().err
    assert "is not what was recorded" in said
    assert "ledger verify" in said


def test_evidence_that_cannot_be_read_is_said(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(recorded, tmp_path / "copy")
    (file,) = (folder / "evidence").iterdir()
    file.unlink()
    file.mkdir()
    code, said = verdict(capsys, folder)
    assert (code, "cannot be read" in said) == (1, True), said
