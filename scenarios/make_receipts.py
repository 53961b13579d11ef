"""Write the receipts of a scenario: small PDFs, one for each row of its `pieces/pieces.csv`.

Owns how an illustrative document looks. The bytes depend on the row alone, so writing the same list again
changes nothing, and a reader can see in one table what every receipt says. Every document says on its face
that it is an illustration.

    python scenarios/make_receipts.py scenarios/arles
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import NamedTuple

TITLES = {
    "facture": "Facture",
    "relevé": "Relevé de compte (extrait)",
    "convention": "Convention (première page)",
    "accord": "Accord (première page)",
    "compte rendu": "Compte rendu",
    "photo": "Photo (légende)",
    "feuille de temps": "Feuille de temps",
    "bulletin de paie": "Bulletin de paie (extrait)",
    "courrier": "Courrier",
    "livrable": "Livrable (première page)",
}
MARGIN, TOP, LEADING = 62, 770, 24  # points, on an A4 page


class Piece(NamedTuple):
    """One row of the list: what a document says. The columns of the CSV, in this order."""

    file: str
    kind: str
    issuer: str
    addressee: str
    subject: str
    day: str
    amount: str


def read_pieces(folder: Path) -> list[Piece]:
    """The documents that a scenario's folder lists.

    Raises:
        FileNotFoundError: The scenario has no `pieces/pieces.csv`.
    """
    with (folder / "pieces" / "pieces.csv").open(encoding="utf-8", newline="") as rows:
        return [Piece(**row) for row in csv.DictReader(rows)]


def pdf(piece: Piece) -> bytes:
    """The document as a one-page PDF 1.4, text uncompressed, of one to two kilobytes."""
    return _file(_page_text(piece))


def _page_text(piece: Piece) -> bytes:
    lines = [
        ("bold", 20, TITLES[piece.kind]),
        ("plain", 11, "Pièce d'illustration, sans valeur : scénario de démonstration."),
        ("plain", 12, f"De : {piece.issuer}"),
        ("plain", 12, f"À : {piece.addressee}"),
        ("plain", 12, f"Objet : {piece.subject}"),
        ("plain", 12, f"Date : {piece.day}"),
    ]
    if piece.amount:
        lines.append(("bold", 14, f"Montant : {piece.amount}"))
    shown = [
        f"/{font} {size} Tf 1 0 0 1 {MARGIN} {TOP - row * LEADING} Tm ({_escaped(text)}) Tj"
        for row, (font, size, text) in enumerate(lines)
    ]
    return ("BT\n" + "\n".join(shown) + "\nET").encode("cp1252")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(text: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /plain 5 0 R /bold 6 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def main(folder: Path) -> None:
    """Write every document that the folder lists."""
    for piece in read_pieces(folder):
        (folder / "pieces" / piece.file).write_bytes(pdf(piece))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
