"""Plans are papers, items the work in them, readings what plans are made from."""

from calendar_plans.models.items import CarryOver, Category, Item, ItemPartner, ProgressNote
from calendar_plans.models.plans import Goal, Measure, MonthChange, Plan, PlanMonth
from calendar_plans.models.readings import Reading, ReadingUse

__all__ = [
    "CarryOver",
    "Category",
    "Goal",
    "Item",
    "ItemPartner",
    "Measure",
    "MonthChange",
    "Plan",
    "PlanMonth",
    "ProgressNote",
    "Reading",
    "ReadingUse",
]
