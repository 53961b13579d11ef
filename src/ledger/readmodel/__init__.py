"""Tables that people read: rebuilt from the log at will, never consulted to decide."""
