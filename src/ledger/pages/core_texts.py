"""Datasette's own templates that remain in use, made translatable while they are loaded.

Datasette has no translation of its own. Each entry quotes a piece of a template of the pinned version
and the English text in it; a test finds every quotation in that version, so that an upgrade which
moves a text is noticed. Templates of ours stand in `datasette/templates` and are not listed.
"""

from __future__ import annotations

from ledger.language.catalogue import N_

CORE_TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "_sql_parameters.html": (("<h2>Parameters</h2>", N_("Parameters")),),
    "csrf_error.html": (
        ("{% block title %}CSRF check failed{%", N_("CSRF check failed")),
        ("<h1>Form origin check failed</h1>", N_("Form origin check failed")),
        (
            "Your request's origin could not be validated. Please return to the form and submit it again.",
            N_(
                "Your request's origin could not be validated. Please return to the form and submit it again."
            ),
        ),
        ("<summary>Technical details</summary>", N_("Technical details")),
    ),
}


def translatable(template: str, source: str) -> str:
    """A template's source with each listed text replaced by a call that translates it."""
    for quotation, text in CORE_TEXTS.get(template, ()):
        source = source.replace(
            quotation, quotation.replace(text, '{{ _("' + text.replace('"', '\\"') + '") }}')
        )
    return source
