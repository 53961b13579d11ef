"""What a person reads: translated messages, formatted values, events told as sentences. No domain here."""
