"""What tables and columns are called. The English name of a column is the column itself, without its unit.

French names are in the catalogue; a test asks for one for each column of the read model.
"""

from __future__ import annotations

from ledger.language.catalogue import N_, pgettext

_UNITS = ("_cents", "_minutes", "_bp", "_id", "_bytes", "_count")
_COLUMNS = {
    "id": "Id",
    "seq": "Event",
    "has_invoice": "Receipt",
    "has_payment": "Proof of payment",
    "count_for": "Votes for",
    "count_against": "Votes against",
    "count_abstain": "Abstentions",
    "hand_over_count": "Hand-overs",
    "adjustment_count": "Adjustments",
    "electorate_count": "Seats called",
    "represented_count": "Seats represented",
    "present_count": "People present",
    "minutes": "Duration",
    "minutes_per_month": "Time per month",
    "sha256": "Fingerprint",
    "siret": "SIRET",
    "rna": "RNA",
}

FILTERS = {
    "exact": "=",
    "not": "≠",
    "contains": N_("contains"),
    "notcontains": N_("does not contain"),
    "startswith": N_("starts with"),
    "endswith": N_("ends with"),
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
    "isblank": N_("is blank"),
    "notblank": N_("is not blank"),
}
"""The comparisons offered by a table's form, of those that Datasette knows."""


def english_column(name: str) -> str:
    """The English label of a column: `paid_on` is “Paid on”, `amount_cents` is “Amount”."""
    if name in _COLUMNS:
        return _COLUMNS[name]
    for unit in _UNITS:
        if name.endswith(unit) and len(name) > len(unit):
            name = name[: -len(unit)]
            break
    text = name.replace("_sha256", " fingerprint").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def column(name: str) -> str:
    """The label of a column in the reader's language."""
    return pgettext("column", english_column(name))


def english_table(name: str) -> str:
    """The English title of a table or view: `time_entries` is “Time entries”."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def table(name: str) -> str:
    """The title of a table or view in the reader's language."""
    return pgettext("table", english_table(name))


def align(name: str) -> str:
    """The class of a column's cells: `number` for amounts, `words` for sentences, empty for the rest."""
    if name.endswith(("cents", "minutes", "_bp", "_bytes", "_count")) or name in ("seq", "version"):
        return "number"
    return "words" if name in ("title", "label", "text", "conclusions", "agenda", "data") else ""
