"""Nothing that a member wrote vanishes without a word."""

from __future__ import annotations

import pytest

HEAD = "réunion: petit-déjeuner\nle: 5 mars 2024\nprésents: coord, ver\n"


def titles(file):
    return [act.command.title for act in file.acts if act.position.startswith("tasks.")]


def test_a_list_of_plain_names_opens_tasks(read):
    assert titles(read(f"{HEAD}tâches:\n  - Réserver le bus\n  - Inviter la CAF\n")) == [
        "Réserver le bus",
        "Inviter la CAF",
    ]


def test_names_and_mappings_may_be_mixed(read):
    file = read(f"{HEAD}tâches:\n  - Réserver le bus\n  - {{quoi: Inviter la CAF, qui: ver}}\n")
    assert titles(file) == ["Réserver le bus", "Inviter la CAF"]
    assert file.acts[-1].command.person == "P-00000002"


def test_a_row_may_begin_with_a_line_only_where_its_table_does(read):
    file = read(f"{HEAD}tâches: |\n  | quoi | qui |\n  |------|-----|\n  | Bus  | ver |\n")
    assert titles(file) == ["Bus"]


LOST = [
    ("tâches: |\n  Réserver le bus | ver | 1er mai\n", 5, 3, "names its columns", "quoi | qui | pour"),
    ("tâches: |\n  quoi | qui\n       | ver\n", 6, 8, "This task has no name.", "write what is to be done"),
    ("tâches: |\n  quoi | qui | qui\n  Bus | ver | coord\n", 5, 16, "“qui” is said twice", "keep one"),
    ("tâches:\n  - {quoi: Bus, tâche: Car}\n", 5, 17, "“tâche” is said twice", "keep one"),
    ("tâches:\n  - {quoi: Bus, qui: [ver, coord]}\n", 5, 22, "A single value", "key: value"),
    ("tâches:\n  - Payer la facture #12\n", 5, 21, "“#12” would be taken for a comment", "quotes"),
    ("heures février: |\n  Fabrique | 3h\n", 5, 3, "names its columns", "qui | communs"),
    ("heures février: |\n  qui | communs | communs\n  POP | 3h | 4h\n", 5, 19, "said twice", "keep one"),
    ("heures février: |\n  qui | communs\n  | 3h\n", 6, 3, "Hours of whom?", "first column"),
    ("pouvoirs: |\n  Parade | coord\n", 5, 3, "“Parade” means nothing here", "siège, porté par"),
    ("prochain: POP, Verrerie, 2 avril\n", 4, 16, "in one place", "pop, 2 April"),
    (
        "décisions:\n  a: {texte: x, objections: {POP: cher}, objection: {Parade: loin}}\n",
        5,
        42,
        "“objection” is said twice",
        "keep one",
    ),
    ("présents:\n", 3, 1, "“présents” is empty", "name who was there"),
]


@pytest.mark.parametrize("loss", LOST, ids=lambda loss: loss[0].partition(":")[0])
def test_what_cannot_be_placed_is_said_with_its_line(mistake, loss):
    text, line, column, message, hint = loss
    head = HEAD.replace("présents: coord, ver\n", "") if text.startswith("présents") else HEAD
    error = mistake(head + text)
    first = getattr(error, "errors", [error])[0]
    assert (first.place.line, first.place.column) == (line, column)
    assert message in str(first)
    assert hint in first.hint.format(**first.params)
