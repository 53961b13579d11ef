"""The vault keeps what people are called and what was written about them, and can forget it for good."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.kernel.errors import Busy, Refused, StorageFailure
from ledger.kernel.values import Sealed
from ledger.store.vault import PersonCard, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault.create(tmp_path / "vault.db")
    yield made
    made.close()


def test_only_its_owner_may_read_it(vault: Vault) -> None:
    vault.stage("text")
    vault.commit()
    assert {p.stat().st_mode & 0o777 for p in vault.path.parent.iterdir()} == {0o600}, "its journal too"
    vault.path.chmod(0o644)
    Vault.open(vault.path).close()
    assert vault.path.stat().st_mode & 0o777 == 0o600


def test_a_staged_text_is_seen_at_once_and_stored_by_the_commit(vault: Vault) -> None:
    sealed = vault.stage("un désaccord", subject="P-1", purpose="ground")
    assert sealed.ref.startswith("v-")
    assert (vault.text(sealed.ref), vault.matches(sealed)) == ("un désaccord", True)
    assert (vault.refs(), vault.version()) == (set(), 0)
    vault.commit()
    again = Vault.open(vault.path)
    assert (again.text(sealed.ref), again.matches(sealed)) == ("un désaccord", True)
    assert (again.refs(), again.version()) == ({sealed.ref}, 0)
    again.close()


def test_what_is_discarded_was_never_there(vault: Vault) -> None:
    sealed = vault.stage("text")
    vault.stage_person("P-1", handle="ver", name=None, email=None)
    vault.discard()
    vault.commit()
    assert vault.text(sealed.ref) is None
    assert vault.matches(sealed) is None
    assert vault.by_handle("ver") is None
    assert (vault.people(), vault.version()) == ([], 0)


def test_the_fingerprint_is_salted(vault: Vault) -> None:
    one, two = vault.stage("the same"), vault.stage("the same")
    assert one.ref != two.ref
    assert len({one.sha256, two.sha256, sha256(b"the same").hexdigest()}) == 3
    vault.commit()
    connection = sqlite3.connect(vault.path)
    ((salt,),) = connection.execute("SELECT salt FROM entries WHERE ref = ?", (one.ref,))
    connection.close()
    assert len(salt) == 16
    assert one.sha256 == sha256(salt + b"the same").hexdigest()


def test_a_changed_text_no_longer_matches(vault: Vault) -> None:
    sealed = vault.stage("pour")
    card = vault.stage_person("P-1", handle="ver", name="V", email=None)
    vault.commit()
    connection = sqlite3.connect(vault.path)
    with connection:
        connection.execute("UPDATE entries SET text = 'contre'")
        connection.execute("UPDATE people SET name = 'W'")
    connection.close()
    assert vault.matches(sealed) is False
    assert vault.matches(card) is False
    assert vault.matches(Sealed(ref="v-none", sha256=sealed.sha256)) is None


def test_a_persons_newest_card_wins(vault: Vault) -> None:
    first = vault.stage_person("P-1", handle="ver", name="Old", email="a@example.org", phone="1")
    vault.commit()
    second = vault.stage_person("P-1", handle="Vero", name="New", email=None)
    new = PersonCard("P-1", "Vero", "New", None, None)
    assert (vault.person("P-1"), vault.people()) == (new, [new])
    assert (vault.by_handle("ver"), vault.by_handle("VERO")) == (None, "P-1")
    vault.commit()
    assert (vault.person("P-1"), vault.people()) == (new, [new])
    assert (vault.by_handle("ver"), vault.by_handle("VERO")) == (None, "P-1")
    assert (vault.matches(first), vault.matches(second)) == (None, True)
    assert vault.refs() == {second.ref}
    assert vault.person("P-2") is None


def test_a_handle_is_one_persons(vault: Vault) -> None:
    vault.stage_person("P-1", handle="été", name=None, email=None)
    for committed in (False, True):
        with pytest.raises(Refused) as refusal:
            vault.stage_person("P-2", handle="E\u0301TE\u0301", name=None, email=None)
        assert refusal.value.rule == "DUPLICATE"
        if not committed:
            vault.commit()
    vault.stage_person("P-1", handle="été", name="again", email=None)
    vault.stage_person("P-3", handle=None, name=None, email=None)
    vault.stage_person("P-4", handle=None, name=None, email=None)
    vault.commit()
    assert len(vault.people()) == 3


def test_two_people_may_exchange_their_handles(vault: Vault) -> None:
    vault.stage_person("P-1", handle="a", name=None, email=None)
    vault.stage_person("P-2", handle="b", name=None, email=None)
    vault.commit()
    vault.stage_person("P-1", handle=None, name=None, email=None)
    vault.stage_person("P-2", handle="a", name=None, email=None)
    vault.stage_person("P-1", handle="b", name=None, email=None)
    vault.commit()
    assert (vault.by_handle("a"), vault.by_handle("b")) == ("P-2", "P-1")


def test_the_version_grows_when_a_view_would_be_stale(vault: Vault) -> None:
    sealed = vault.stage("a")
    vault.stage("b")
    vault.stage_person("P-1", handle="a", name=None, email=None)
    vault.commit()
    vault.commit()
    vault.erase("P-nobody")
    assert (vault.purge([]), vault.version()) == (0, 0), "what is only added makes nothing stale"
    vault.stage_person("P-1", handle="b", name=None, email=None)
    vault.commit()
    assert vault.version() == 1
    assert vault.purge([sealed.ref, "v-unknown"]) == 1
    assert vault.version() == 2
    vault.erase("P-1")
    assert vault.version() == 3


def test_erasing_a_person_leaves_nothing_on_disk(vault: Vault) -> None:
    card = vault.stage_person("P-1", handle="qzxhandle", name="Qzxname Secret", email="qzx@example.org")
    about = vault.stage("qzxnarrative about her " * 400, subject="P-1")
    other = vault.stage("about somebody else", subject="P-2")
    vault.commit()
    assert b"qzxnarrative" in vault.path.read_bytes(), "the control: it was in clear in the file"
    vault.stage("qzxstaged", subject="P-1")
    vault.erase("P-1")
    assert (vault.text(about.ref), vault.matches(about), vault.matches(card)) == (None, None, None)
    assert (vault.person("P-1"), vault.by_handle("qzxhandle")) == (None, None)
    assert vault.text(other.ref) == "about somebody else"
    vault.commit()
    remains = b"".join(p.read_bytes() for p in vault.path.parent.iterdir()).lower()
    assert b"qzx" not in remains


def test_without_secure_delete_it_would_stay(tmp_path: Path) -> None:
    """The control of the test above."""
    connection = sqlite3.connect(tmp_path / "plain.db")
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("CREATE TABLE entries (text TEXT)")
    connection.execute("INSERT INTO entries VALUES (?)", ("qzxnarrative " * 400,))
    connection.commit()
    connection.execute("DELETE FROM entries")
    connection.commit()
    connection.close()
    assert b"qzxnarrative" in (tmp_path / "plain.db").read_bytes()


def test_a_commit_that_fails_leaves_all_staged(vault: Vault) -> None:
    blocker = sqlite3.connect(vault.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    vault._connection.execute("PRAGMA busy_timeout = 10")
    sealed = vault.stage("text")
    with pytest.raises(Busy):
        vault.commit()
    assert vault.text(sealed.ref) == "text"
    blocker.execute("ROLLBACK")
    blocker.close()
    vault.commit()
    assert vault.refs() == {sealed.ref}


def test_creating_again_opens_the_same(vault: Vault) -> None:
    sealed = vault.stage("text")
    vault.commit()
    again = Vault.create(vault.path)
    assert again.text(sealed.ref) == "text"
    again.close()


def test_another_file_is_not_a_vault(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="no vault at"):
        Vault.open(tmp_path / "vault.db")
    with pytest.raises(StorageFailure, match="cannot be opened"):
        Vault.create(tmp_path / "none" / "vault.db")
    (tmp_path / "vault.db").write_bytes(b"something else" * 100)
    with pytest.raises(StorageFailure, match="is not a"):
        Vault.open(tmp_path / "vault.db")
    (tmp_path / "vault.db").unlink()
    sqlite3.connect(tmp_path / "vault.db").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(StorageFailure, match="is not a"):
        Vault.create(tmp_path / "vault.db")
