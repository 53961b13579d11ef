"""Organisations, lieux, people, the agreement and its rules, roles and rotations."""
