"""Checklists are versioned reference data, checks are signed once, findings are what has to be put right."""

from houqin.checklists.models.findings import Finding, FindingRound, Result
from houqin.checklists.models.lists import Checklist, ChecklistEdition, ChecklistItem
from houqin.checklists.models.runs import CheckAnswer, CheckRun

__all__ = [
    "CheckAnswer",
    "CheckRun",
    "Checklist",
    "ChecklistEdition",
    "ChecklistItem",
    "Finding",
    "FindingRound",
    "Result",
]
