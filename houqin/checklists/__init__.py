"""Versioned checklists, checks that are signed once, and what becomes of the problems that they find."""
