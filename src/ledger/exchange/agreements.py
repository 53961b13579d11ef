"""Agreements to fill in: one file for each form of consortium that the field knows, in both languages.

The files are `scenarios/templates/<language>/<form>.yaml`; each is recorded as it stands by a test.
"""

from __future__ import annotations

from ledger.data import locate
from ledger.exchange import keys
from ledger.kernel.errors import UnknownId
from ledger.language.catalogue import N_, language

FORMS: dict[str, str] = {
    "lead-member": "chef-de-file",
    "external-carrier": "portage-externe",
    "horizontal": "forme-horizontale",
    "advisory": "consultatif",
}
"""The forms, and what French calls them."""


def forms() -> list[str]:
    """The forms as the current language calls them."""
    return [french if language() == "fr" else english for english, french in FORMS.items()]


def agreement(form: str) -> str:
    """The file of one form, in the current language.

    Args:
        form: its name in either language.

    Raises:
        UnknownId: no form is called so.
        StorageFailure: this installation lacks its templates.
    """
    spellings = {keys.folded(name): english for english, other in FORMS.items() for name in (english, other)}
    found = spellings.get(keys.folded(form))
    if found is None:
        raise UnknownId(
            N_("No form of agreement is called “{form}”."),
            N_("one of: {known}"),
            form=form,
            known=forms(),
        )
    folder = locate("scenarios") / "templates" / ("fr" if language() == "fr" else "en")
    return (folder / f"{found}.yaml").read_text(encoding="utf-8")
