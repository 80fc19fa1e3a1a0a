"""A setting with a legal floor, as the canteen will have one, declared for these tests alone."""

from __future__ import annotations

import pytest

from houqin.registry import Setting, registry
from houqin.school_settings.kinds import Whole

SAMPLE_GRAMS = Setting(
    code="canteen.sample_grams",
    label="留样克数",
    kind=Whole(),
    default=125,
    floor=125,
    ceiling=500,
    unit="克",
    group="食堂",
    source="《餐饮服务食品安全操作规范》",
)


@pytest.fixture(autouse=True)
def _grams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "settings", {**registry.settings, SAMPLE_GRAMS.code: SAMPLE_GRAMS})
