"""Where the folders that ship with the program are: `datasette/` and `scenarios/`.

A wheel carries them inside the package, under `_data/`; an editable install reads the checkout.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ledger.kernel.errors import StorageFailure
from ledger.language.catalogue import N_


def locate(name: str) -> Path:
    """The folder `name` of this installation.

    Raises:
        StorageFailure: the installation does not carry it.
    """
    package = Path(str(resources.files("ledger")))
    for folder in (package / "_data" / name, package.parent.parent / name):
        if folder.is_dir():
            return folder
    raise StorageFailure(
        N_("this installation of ledger lacks its folder {name}"), N_("install it again"), name=name
    )
