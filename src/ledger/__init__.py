"""ledger: the shared memory of a consortium, as events that nobody can quietly change."""

__version__ = "0.1.0"
