"""The pinyin key: Chinese order and search by initials, which no collation of a PyPI PostgreSQL gives."""

from __future__ import annotations

from pypinyin import lazy_pinyin

# Surnames that are read differently from the same character elsewhere.
SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "任": "ren",
    "盖": "ge",
    "尉": "wei",
    "缪": "miao",
    "乐": "yue",
    "冼": "xian",
    "翟": "zhai",
}


def pinyin_key(text: str, *, is_name: bool = False) -> str:
    """`text` as a key that sorts and is searched: `王芳` → `wang fang|wf|wangfang`, at most 200 characters.

    The blanks make 西安 (xi an) sort apart from 先 (xian); initials and whole words are what people type.
    With `is_name` the first character is read as a surname.
    """
    syllables = [syllable.lower() for syllable in lazy_pinyin(text)]
    if is_name and text[:1] in SURNAMES:
        syllables[0] = SURNAMES[text[0]]
    initials = "".join(syllable[:1] for syllable in syllables)
    return f"{' '.join(syllables)[:80]}|{initials[:40]}|{''.join(syllables)[:78]}"
