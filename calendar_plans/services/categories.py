"""工作类别: reference data that each school words in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calendar_plans.models import Category
from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.saving import save_or_refuse

MANAGE = "calendar_plans.category:manage"
SENTENCES = {"one_category_per_name": ("已有同名类别，请换一个名称。", "name")}


def create_category(
    *, name: str, words: Sequence[str] = (), order: int = 50, retired_on: date | None = None, by: Actor
) -> Category:
    """Add a category. Raises `NotAllowed`; `RuleBroken` for an empty or taken name."""
    require(by, MANAGE)
    category = Category()
    category.set_maker(by)
    return _write(category, name, words, order, retired_on)


def update_category(
    *,
    category: Category,
    version: int | None = None,
    name: str,
    words: Sequence[str],
    order: int,
    retired_on: date | None = None,
    by: Actor,
) -> Category:
    """Change or retire a category; items keep the one they have. Raises as above, and `EditedMeanwhile`."""
    require(by, MANAGE, category)
    category = lock(category)
    category.expect_version(version)
    return _write(category, name, words, order, retired_on)


def _write(
    category: Category, name: str, words: Sequence[str], order: int, retired_on: date | None
) -> Category:
    if not name.strip():
        raise RuleBroken("请填写类别名称。", field="name")
    category.name, category.order, category.retired_on = name.strip(), order, retired_on
    category.words = [word.strip() for word in words if word.strip()]
    save_or_refuse(category, SENTENCES)
    return category
