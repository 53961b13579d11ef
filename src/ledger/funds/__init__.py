"""Conventions, instalments, allocations, expenses, dedicated funds."""
