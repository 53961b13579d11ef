"""What a cell of a table page shows: euros, hours, days and words, told from the column's name."""

from __future__ import annotations

from datasette import hookimpl
from datasette.utils import tilde_encode

from ledger.pages import cells


@hookimpl
def render_cell(value, column, table, database, datasette, request):
    if database != "members" or request is None:
        return None
    return cells.shown(value, column, table, datasette.urls.path, tilde_encode)
