"""Meetings: convened, held, closed, and who was there."""
