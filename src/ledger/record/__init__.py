"""The ledger's own facts: evidence attached, events corrected."""
