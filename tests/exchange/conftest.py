"""A ledger as a member's file sees it: the six lieux of Arles in March 2024, held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from tests.exchange.known import Known

from ledger.exchange import documents
from ledger.exchange.acts import File, read_tree
from ledger.exchange.context import RotationCard
from ledger.kernel.errors import LedgerError
from ledger.language.catalogue import set_language, speaking

HANDLES = ("coord", "fab", "ver", "arc", "par", "pep", "cui")
LIEUX = {
    "la-fabrique": "La Fabrique",
    "la-verrerie": "La Verrerie",
    "l-archipel": "L'Archipel",
    "parade": "Parade",
    "pop": "POP",
    "dans-la-cuisine": "Dans la cuisine",
}

MINUTES_FR = """\
réunion: petit-déjeuner
le: 5 mars 2024
chez: Parade
anime: ver               # short handles of people; the log keeps opaque ids
note: coord
présents: coord, fab, ver, arc, par, pep
excusés: cui
prochain: POP, 2 avril   # the rotation proposes it
tour: tour-bus, Verrerie # a turn of another rotation, taken
décisions:               # default: consent of the seats present
  bus:
    texte: La Verrerie porte le tour bus 2024
    plafond: 4 500 €
  agenda:
    texte: Agenda partagé, tenu un mois par lieu
    revoir: 1er juin
tâches: |
  quoi                    | qui   | pour    | durée | suite de
  Réserver le bus         | ver   | 1er mai | 6h    | bus
  Inviter CAF et CCAS     | coord | 15 mars | 3h    | bus
  Ouvrir l'agenda partagé | ?     | 20 mars |       | agenda
heures février: |        # empty = none; ? = not said
  qui             | communs | accueil | gestion
  Fabrique        | 10h     | 2h      | 12h
  Verrerie        | 4h      | 3h30    |
  Archipel        | 4h      |         | 2h
  Parade          | 3h      | 2h30    |
  POP             | 4h      |         |
  Dans la cuisine | ?       | ?       | ?
  coord           | 10h30   |         |
argent:
  - affecter: 4 500 €    # an envelope; the carrier pays
    à: Verrerie
    ligne: tour-bus
    selon: bus
  - dépense: 1 200 €
    objet: Carte des six lieux
    payée: 28 février
    ligne: outils
    selon: D-2024-003
    facture: facture.pdf
    paiement: releve.pdf
"""
"""The example of the product's page, to the letter."""

MINUTES_EN = """\
meeting: petit-déjeuner
on: March 5, 2024
at: Parade
facilitator: ver
notes: coord
present: coord, fab, ver, arc, par and pep
excused: cui
next: 2 April, POP
turn: tour-bus, Verrerie
decisions:
  bus:
    text: La Verrerie porte le tour bus 2024
    ceiling: €4,500.00
  agenda:
    text: Agenda partagé, tenu un mois par lieu
    review: 1 June
tasks: |
  what                    | who   | due      | duration | follows
  Réserver le bus         | ver   | 1 May    | 6 h      | bus
  Inviter CAF et CCAS     | coord | 15 March | 180 min  | bus
  Ouvrir l'agenda partagé |       | 20 March | ?        | agenda
hours february: |
  who             | commons | hosting   | admin
  la-fabrique     | 10 h    | 2h        | 12:00
  La Verrerie     | 4h      | 3 h 30    | -
  Archipel        | 4h      |           | 2h
  Parade          | 3h      | 150 min   | 0
  POP             | 4h      |           |
  Dans la cuisine | ?       | ?         | ?
  coord           | 1,5 d   |           |
money:
  - allocate: 4500
    to: Verrerie
    line: tour-bus
    under: bus
  - spent: 1200 euros
    label: Carte des six lieux
    paid: 28 February
    line: outils
    decision: D-2024-003
    invoice: facture.pdf
    payment: releve.pdf
"""
"""The same facts from an English-speaking member."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages in English, whatever a test before spoke."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def known() -> Known:
    """The ledger on the day after the breakfast."""
    return Known(
        today=date(2024, 3, 6),
        secret=b"vault",
        people={handle: f"P-{number:08x}" for number, handle in enumerate(HANDLES)},
        things={
            **{lieu: ("lieu", name) for lieu, name in LIEUX.items()},
            "tour-bus": ("rotation", "Tour bus des six lieux"),
            "petit-dejeuner": ("rotation", "Petits-déjeuners"),
            "fdt-2024": ("convention", "Fabrique de territoire"),
            "D-2024-003": ("decision", "Outils communs"),
            "T-2024-001": ("task", "Dresser la liste"),
        },
        plan_lines=("lieux", "coordination", "tour-bus", "outils", "gestion"),
        rotation_cards=(
            RotationCard("tour-bus", "Tour bus des six lieux", "year"),
            RotationCard("petit-dejeuner", "Petits-déjeuners", "meeting"),
        ),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a receipt and a proof of payment."""
    (tmp_path / "facture.pdf").write_bytes(b"%PDF invoice")
    (tmp_path / "releve.pdf").write_bytes(b"%PDF statement")
    return tmp_path


@pytest.fixture
def read(known: Known, folder: Path) -> Callable[..., File]:
    """Reads the text of a file named `cr.yaml` in the folder."""

    def reading(text: str | bytes, context: Known = known) -> File:
        data = text.encode() if isinstance(text, str) else text
        return read_tree(documents.parse(data, "cr.yaml"), folder / "cr.yaml", context)

    return reading


@pytest.fixture
def mistake(read: Callable[..., File]) -> Callable[..., LedgerError]:
    """The error that a text raises."""

    def mistaken(text: str | bytes) -> LedgerError:
        with pytest.raises(LedgerError) as caught:
            read(text)
        return caught.value

    return mistaken


@pytest.fixture
def french_minutes() -> str:
    """The example of the product's page."""
    return MINUTES_FR


@pytest.fixture
def english_minutes() -> str:
    """The same in English."""
    return MINUTES_EN


@pytest.fixture
def speak() -> Callable[[str], AbstractContextManager[None]]:
    """Speaks another language inside a block."""
    return speaking
