"""What every room shares: messages, values, errors. No input or output here."""
