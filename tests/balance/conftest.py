"""An empty read model for the flags' tests."""

from __future__ import annotations

import pytest

from .given import Given


@pytest.fixture
def given() -> Given:
    return Given()
