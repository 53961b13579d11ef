"""Proposals, objections, ballots, adoption, opinions, publication."""
