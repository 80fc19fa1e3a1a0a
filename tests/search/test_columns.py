"""What a search finds: every word of it, in the text, the pinyin or the initials, and nothing else."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from calendar_plans.models import Item
from houqin.people.models import User
from houqin.search.columns import FoldedField, fold, matching, query_grams
from tests.calendar_plans.factories import item, running_plan
from tests.factories import person

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [row.content for row in matching(Item.objects.order_by("pk"), words)]


@pytest.fixture(autouse=True)
def _items() -> None:
    plan = running_plan()
    for content in ("检修教学楼门窗", "检修灯具，修理水管", "盘点账册", "整理帐本 A-017"):
        item(plan, content=content)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("修", ["检修教学楼门窗", "检修灯具，修理水管"]),
        ("检修", ["检修教学楼门窗", "检修灯具，修理水管"]),
        ("检修教", ["检修教学楼门窗"]),
        # Both pieces of 检修理 stand in the second text, but apart.
        ("检修理", []),
        ("水管 检修", ["检修灯具，修理水管"]),
        ("水管 门窗", []),
        ("账", ["盘点账册", "整理帐本 A-017"]),
        ("帐册", ["盘点账册"]),
        ("a-017", ["整理帐本 A-017"]),
        ("017", ["整理帐本 A-017"]),
        ("jxjxl", ["检修教学楼门窗"]),
        ("men chuang", ["检修教学楼门窗"]),
        ("鲸鱼", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("\x00盘点\x00", ["盘点账册"]),
    ],
)
def test_a_search_finds_the_texts_that_hold_every_word(words: str, expected: list[str]) -> None:
    assert found(words) == expected


@pytest.mark.parametrize("words", ["", "  ", "\x00"])
def test_an_empty_search_finds_everything(words: str) -> None:
    assert len(found(words)) == 4


def test_a_person_is_found_by_the_reading_of_the_surname() -> None:
    person(name="单晓东")
    assert [user.name for user in matching(User.objects, "sxd")] == ["单晓东"]
    assert [user.name for user in matching(User.objects, "dxd")] == []


class AnyText(TestCase):
    """Whatever the text is, each of its pieces finds it, and the database folds as Python does."""

    databases = frozenset({"default", "owner"})

    @settings(max_examples=60, deadline=None)
    @given(st.text(alphabet="检修教学楼门窗帐账Aa1%_'\"{},\\ ", min_size=1, max_size=12), st.data())
    def test_every_piece_of_a_text_finds_it(self, text: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text) - 1))
        piece = text[start : data.draw(st.integers(start + 1, len(text)))]
        made = item(content=f"甲{text}乙")
        assert made in matching(Item.objects.all(), piece)

    @settings(max_examples=60, deadline=None)
    @given(st.text(alphabet="检修帐账AaÄäZz1 ", max_size=12))
    def test_the_database_folds_as_python_does(self, text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT houqin_fold(%s)", [text])
            assert cursor.fetchone() == (fold(text),)

    @settings(max_examples=60, deadline=None)
    @given(st.text(alphabet="检修帐账AaÄäabc12 %_\t\u3000", min_size=1, max_size=12))
    def test_all_pieces_that_are_asked_for_are_stored(self, text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT houqin_grams(%s)", [text])
            assert set(query_grams(text)) <= set(cursor.fetchone()[0])


def test_no_trigger_before_an_update_makes_the_database_compute_the_pieces_of_a_text_anew() -> None:
    """A generated column is computed again when its sources change, and always under such a trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgname FROM pg_trigger JOIN pg_attribute ON attrelid = tgrelid "
            "WHERE attgenerated <> '' AND NOT tgisinternal AND tgtype & 2 = 2 AND tgtype & 16 = 16"
        )
        assert cursor.fetchall() == []


def test_the_pinyin_follows_its_text_and_only_its_text() -> None:
    made = Item.objects.get(content="盘点账册")
    made.content, made.remark = "检查水泵", "急"
    made.save(update_fields=["remark"])
    made.refresh_from_db()
    assert (made.content, made.remark, made.search_key[:4]) == ("盘点账册", "急", "pan ")
    made.content = "检查水泵"
    made.save(update_fields=["content"])
    made.refresh_from_db()
    assert made.search_key[:5] == "jian "


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("修", ["修"]),
        ("检修", ["检修"]),
        ("检修门", ["修门", "检修"]),
        ("jxl", ["jxl"]),
        ("jx", ["jx"]),
        ("jxld", ["jxl", "xld"]),
        ("3号楼", ["3号", "号楼"]),
        ("A101室", ["101", "1室", "a10"]),
        ("教学楼 jxl 帐", ["jxl", "学楼", "教学", "账"]),
        ("", []),
    ],
)
def test_a_query_is_cut_into_few_long_pieces(words: str, pieces: list[str]) -> None:
    assert query_grams(words) == pieces


@pytest.mark.parametrize("model", [each for each in apps.get_models() if hasattr(each, "grams")], ids=str)
def test_the_text_that_decides_is_the_text_of_the_pieces(model: type[Model]) -> None:
    folded, grams = (model._meta.get_field(name) for name in ("folded", "grams"))
    assert (type(folded), folded.sources) == (FoldedField, grams.sources)  # type: ignore[union-attr]
