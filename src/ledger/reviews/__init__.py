"""The reviews that a funder and a consortium hold together."""
