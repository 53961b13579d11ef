"""The only write path, and every rule that crosses concepts."""
