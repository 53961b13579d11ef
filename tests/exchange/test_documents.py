"""YAML without its surprises: texts stay texts, and every refusal knows its line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.exchange import documents
from ledger.exchange.tree import Scalar, table
from ledger.kernel.errors import UsageError
from ledger.language.catalogue import render, speaking
from ledger.language.formats import plain


def tree(text):
    return documents.parse(text.encode() if isinstance(text, str) else text, "f.yaml")


def texts(text):
    return {key.text: value.text for key, value in tree(text).entries}


def test_every_scalar_is_text():
    assert texts("a: no\nb: 0777\nc: 1e3\nd: 2024-03-05\ne: 12:30:45\nf: ~\ng: 1_000\nh: yes") == {
        "a": "no",
        "b": "0777",
        "c": "1e3",
        "d": "2024-03-05",
        "e": "12:30:45",
        "f": "~",
        "g": "1_000",
        "h": "yes",
    }


def test_bom_and_other_line_ends_are_accepted():
    assert texts(b"\xef\xbb\xbfa: 1\r\nb: \xc3\xa9\r\n") == {"a": "1", "b": "é"}
    assert texts("a: 1\rb: 2") == {"a": "1", "b": "2"}


def test_places_count_from_one():
    (key, value) = tree("# c\n\na:  x\n").entries[0]
    assert (str(key.place), str(value.place)) == ("f.yaml:3:1", "f.yaml:3:5")


def test_cells_of_a_table_know_their_place():
    (_, block) = tree("h: |   # c\n  qui  | é\n  a |  \n\n  # note\n  | b | 3 |\n").entries[0]
    found = table(block)
    assert [(c.text, str(c.place)) for c in found.header] == [("qui", "f.yaml:2:3"), ("é", "f.yaml:2:10")]
    assert [[c.text for c in row] for row in found.rows] == [["a", ""], ["b", "3"]]
    assert str(found.rows[1][1].place) == "f.yaml:6:9"


def test_markdown_tables_are_read_too():
    (_, block) = tree("h: |\n  | qui | x |\n  |-----|:-:|\n  | a   | 1 |\n").entries[0]
    assert [[c.text for c in row] for row in table(block).rows] == [["a", "1"]]


CP1252 = "réunion: petit-déjeuner\nle: 5 août\n".encode("cp1252")

BAD = [
    (b"", 1, 1, "The file is empty.", "Le fichier est vide."),
    (b"# seulement\n\n", 1, 1, "The file is empty.", "ledger template minutes > f.yaml"),
    (b"\0\1\2PNG\0", 1, 1, "This is not a text file.", "facture: f.yaml"),
    (bytes(range(1, 32)) * 40, 1, 1, "This is not a text file.", "pas un fichier de texte"),
    (b"a: 1\n" * 2_000_000, 1, 1, "larger than 1 MiB", "dépasse 1 Mio"),
    (CP1252, 1, 2, "“réunion:” looks like WINDOWS-1252", "iconv -f WINDOWS-1252 -t UTF-8 f.yaml"),
    (b"a: 1\r\nb: caf\xe9s\r\n", 2, 7, "“cafés” looks like WINDOWS-1252", "« cafés » a l'air"),
    ("a: é".encode("utf-16"), 1, 1, "encoded in UTF-16", "enregistrez-le en UTF-8"),
    ("a:\n\tb: 1", 2, 1, "A tab indents this line", "deux espaces"),
    ("a: |\n  x\n \ty", 3, 2, "A tab indents this line", "tabulation"),
    ("a: x\x07y", 1, 5, "U+0007", "caractère invisible"),
    ("a: x\u202ey", 1, 5, "U+202E", "retapez"),
    ("- a", 1, 1, "begins with keys", "commence par des clés"),
    ("bonjour", 1, 1, "begins with keys", "commence par des clés"),
    ("a: 1\n---\nb: 1", 2, 1, "second document", "un autre fichier"),
    ("a: &x 1\nb: *x", 1, 4, "“&” or “*”", "copier d'ailleurs"),
    ("a: *x", 1, 4, "“&” or “*”", "guillemets droits"),
    ("a: !!python/object:os.system x", 1, 4, "“!” at the start", "guillemets droits"),
    ("<<: {a: 1}", 1, 1, "“<<”", "écrivez les clés"),
    ("a: 1\nb: 2\nÀ: 3", 3, 1, "“À” is said twice; the first time on line 1", "d'abord à la ligne 1"),
    ("a: {montant: 1,200}", 1, 14, "“1,200” was split by its comma", "montant: 1200, sans virgule"),
    (
        "a: {montant: 1 200,50 €, b: 1}",
        1,
        14,
        "was split by its comma",
        'montant: "1 200,50 €", entre guillemets',
    ),
    ("a: {montant: €1,200.50}", 1, 14, "was split by its comma", "coupé par sa virgule"),
    ("a: {seuil: 66,67 %, b: 1}", 1, 12, "was split by its comma", 'seuil: "66,67 %", entre guillemets'),
    ("a: {durée: 1,5 h}", 1, 12, "was split by its comma", 'durée: "1,5 h", entre guillemets'),
    ("a: b: c", 1, 5, "second “:”", 'clé: "texte"'),
    ("a: 'l'eau'", 1, 7, "does not fit the ones above", "alignez-la"),
    ('a: "foo\nb: 1', 1, 4, "a quote is opened here", "ne se ferme jamais"),
    ("a: {b: 1\nc: 2", 1, 4, "bracket or brace", "fermez-le"),
    ("a: @x", 1, 4, "cannot begin with this character", "guillemets droits"),
    ("a: ?", 1, 4, "“?” stands between quotes", 'entre guillemets droits : "?"'),
    ("a:\n  b: 1\n c: 2", 3, 2, "does not fit the ones above", "le retrait diffère"),
    ("x: " + "[" * 40 + "]" * 40, 1, 16, "too deep", "retraits"),
    ("[" * 5_000, 1, 14, "too deep", "trop profond"),
    ("? [a, b]\n: 1", 1, 3, "A key is a word", "pas une liste"),
]


@pytest.mark.parametrize(("data", "line", "column", "english", "french"), BAD, ids=[case[3] for case in BAD])
def test_what_a_member_may_hand_in_is_explained(data, line, column, english, french):
    with pytest.raises(UsageError) as caught:
        tree(data)
    error = caught.value
    assert (error.exit_code, str(error.place)) == (2, f"f.yaml:{line}:{column}")
    assert english.lower() in render(error).lower()
    assert "  Try: " in render(error)
    with speaking("fr"):
        assert french in plain(render(error))
        assert "  Essayez : " in plain(render(error))


def test_a_row_with_too_many_cells_is_shown():
    (_, block) = tree("h: |\n  a | b\n  1 | 2 | 3\n").entries[0]
    with pytest.raises(UsageError) as caught:
        table(block)
    assert str(caught.value.place) == "f.yaml:3:11"


def test_files_that_cannot_be_opened(tmp_path):
    locked = tmp_path / "locked.yaml"
    locked.write_text("a: 1")
    for path, english in ((tmp_path / "none.yaml", "no file"), (tmp_path, "is a folder")):
        with pytest.raises(UsageError, match=english):
            documents.read(path)
    opened = locked.open

    def denied(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    with pytest.MonkeyPatch.context() as patch:  # root may read everything: the system's answer is played
        patch.setattr(type(locked), "open", denied)
        with pytest.raises(UsageError, match="may not read"):
            documents.read(locked)
    assert opened


def read_or_explained(data):
    """The tree, or None after checking that the refusal has a place and can be told."""
    try:
        return tree(data)
    except UsageError as error:
        refusal = error
    assert refusal.place.line >= 1
    assert render(refusal)
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_explained(data):
    found = read_or_explained(data)
    assert found is None or found.entries


@given(st.lists(st.text("abcé |#:-?*&!{}[]\"'\t\n,123", max_size=12), max_size=8).map("\n".join))
def test_lines_of_any_block_stand_where_they_say(text):
    found = read_or_explained(text)
    for _, value in found.entries if found else ():
        for line, place in value.lines if isinstance(value, Scalar) else ():
            assert text.split("\n")[place.line - 1][place.column - 1 :].startswith(line)
