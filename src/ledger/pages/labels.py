"""What tables and columns are called. The English name of a column is the column itself, without its unit.

French names are in the catalogue; a test asks for one for each column of the read model.
"""

from __future__ import annotations

from ledger.language.catalogue import N_, _

_UNITS = ("_cents", "_minutes", "_bp", "_id", "_bytes", "_count")
_COLUMNS = {
    "id": N_("Id"),
    "seq": N_("Event"),
    "has_invoice": N_("Receipt"),
    "has_payment": N_("Proof of payment"),
    "count_for": N_("Votes for"),
    "count_against": N_("Votes against"),
    "count_abstain": N_("Abstentions"),
    "hand_over_count": N_("Hand-overs"),
    "adjustment_count": N_("Adjustments"),
    "electorate_count": N_("Seats called"),
    "represented_count": N_("Seats represented"),
    "present_count": N_("People present"),
    "minutes": N_("Duration"),
    "minutes_per_month": N_("Time per month"),
    "sha256": N_("Fingerprint"),
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
    return _(english_column(name))


def english_table(name: str) -> str:
    """The English title of a table or view: `time_entries` is “Time entries”."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def table(name: str) -> str:
    """The title of a table or view in the reader's language."""
    return _(english_table(name))


def align(name: str) -> str:
    """The class of a column's cells: `number` for amounts, `id` for ids, empty for words."""
    if name.endswith(("cents", "minutes", "_bp", "_bytes", "_count")) or name in ("seq", "version"):
        return "number"
    return ""
