"""Looks over a ledger's folder and says, in sentences, what needs care. Mends only what is disposable."""

from __future__ import annotations

import stat

import orjson

from ledger.language.catalogue import _, ngettext
from ledger.service.ledger import Ledger
from ledger.service.verifying import sealed_in


def examine(ledger: Ledger) -> list[str]:
    """What needs care, each with what was done or what to do; empty when all is well."""
    return [*_rights(ledger), *_orphans(ledger), *_erasures(ledger), *_tables(ledger)]


def _rights(ledger: Ledger) -> list[str]:
    loose = [
        path.name
        for path in (ledger.folder.vault, ledger.folder.members)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    return [
        _("{name} could be read by others on this machine: chmod 600 {name}").format(name=n) for n in loose
    ]


def _orphans(ledger: Ledger) -> list[str]:
    """Texts that were kept for an event that was then refused: removed."""
    named = {
        sealed.ref
        for page in ledger.log.pages()
        for stored in page
        if b'"ref":"v-' in stored.state
        for sealed in sealed_in(orjson.loads(stored.state)["data"])
    }
    orphans = ledger.vault.refs() - named
    if not orphans:
        return []
    ledger.vault.purge(orphans)
    return [
        ngettext(
            "{count} text that no event names was removed from the vault.",
            "{count} texts that no event names were removed from the vault.",
            len(orphans),
        ).format(count=len(orphans))
    ]


def _erasures(ledger: Ledger) -> list[str]:
    """People whom the log says are erased and whom an old vault brought back: erased again."""
    again = []
    for stored in ledger.log.of_topic("person.erased.v1"):
        person = orjson.loads(stored.state)["data"]["person_id"]
        if ledger.vault.person(person):
            ledger.vault.erase(person)
            again.append(_("An erased person had come back into the vault and was erased again."))
    return again


def _tables(ledger: Ledger) -> list[str]:
    status = ledger.projector().status()
    if status.seq == ledger.log.head().size and not status.stale:
        return []
    ledger.projector().catch_up()
    return [_("The tables were behind the events; they are up to date now.")]
