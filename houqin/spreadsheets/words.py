"""Words of a table's head and its cells in one normal form, so that 联系 电话（必填）： is 联系电话."""

from __future__ import annotations

import re
import unicodedata

LEVEL = "/"
# What stands round a heading without being part of it.
ASIDE = re.compile(r"[（(][^（）()]*[）)]|[\s*＊:：、，,。.·/_\-]+")
NUMERALS = "零一二三四五六七八九十"
BRACKETS = re.compile(r"[\s()\[\]【】]+")
DITTO = frozenset({"同上", "〃", "″", "”", "“", '"', "''", "’’", "同 上"})
SUMS = ("小计", "合计", "总计", "共计", "累计")
COUNT = re.compile(r"共[0-9]+[家人个间条项名户班件台张把套份]?[。.]?")
# 45张, 1,234.50 元, 26℃, 90%: a figure with what it counts.
COUNTED = re.compile(r"([-+]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(?:[\u4e00-\u9fff]{1,3}|[℃°%㎡])?")
NOTES = ("备注", "说明", "注：", "注:", "填表", "制表", "审核", "填报", "单位负责人", "打印", "统计人", "第")

# Who made a list and who looked at it: «制表人：», «审核：张三», «日期：2026.9.1».
SIGNED = re.compile(r"(制表|填表|填报|审核|审批|复核|经办|统计|打印|单位负责|日期|时间)[^：:]{0,4}[：:]")


def heading(text: str) -> str:
    """A heading without blanks, brackets, stars and colons, half-width, in small letters."""
    folded = unicodedata.normalize("NFKC", text)
    return ASIDE.sub("", folded).lower() or re.sub(r"\s+", "", folded).strip("()").lower()


def plain(text: str) -> str:
    """A name without blanks and brackets, half-width, in small letters: 七（3）班 and 七(3)班 are one."""
    return BRACKETS.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_ditto(text: str) -> bool:
    """同上 and the marks that people write for it."""
    return text in DITTO


def is_sum(text: str) -> bool:
    """小计, 合 计, 总计：… at the beginning of a row; 共 12 家 and nothing else."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return bare.startswith(SUMS) or COUNT.fullmatch(bare) is not None


def is_note(text: str) -> bool:
    """制表人：张三 under a table."""
    return text.startswith(NOTES)


def is_signature(text: str) -> bool:
    """制表人： at the beginning of a row, with whatever stands beside it."""
    return SIGNED.match(re.sub(r"\s+", "", text)) is not None


def bare_number(text: str) -> str:
    """The figure of 45张 or 1,234.50元, as a field reads it; any other text as it is."""
    found = COUNTED.fullmatch(unicodedata.normalize("NFC", text.strip()).replace("，", ","))
    return found[1].replace(",", "") if found else text


def figure(text: str) -> int:
    """3, 三, 十二, 二十 → a number; the text is of figures, or of Chinese numerals up to 九十九."""
    if text.isdecimal():
        return int(text)
    tens, is_ten, ones = text.rpartition("十")
    whole = (NUMERALS.index(tens) if tens else 1) * 10 if is_ten else 0
    return whole + (NUMERALS.index(ones) if ones else 0)
