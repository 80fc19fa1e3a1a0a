"""What people type of a firm, in one normal form; and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# GB 32100-2015: 18 characters without I, O, S, V and Z; the last one is computed from the others.
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 18

# From this share of common pieces on two names are taken for one, until somebody says that they are two.
ALIKE = 0.6

PUNCTUATION = re.compile(r"[\W_]+")
# What says nothing of which firm it is: its legal form, and that it is a shop.
FORMS = (
    "股份有限公司", "有限责任公司", "有限公司", "责任公司", "个体工商户", "经营部", "公司", "商行", "总店",
    "分店", "门市部",
)  # fmt: skip
PLACES = re.compile(r"^.{2,8}?(?:省|自治区|市|自治州|县|区|镇|乡)(?=.{3})")
BLANKS = re.compile(r"[\s\-‐-―−_·.]+")
PHONE = re.compile(r"[0-9]{5,13}(?:转[0-9]{1,6})?")
EXTENSION = re.compile(r"(?:转|分机|ext|x|#|\*)+", re.IGNORECASE)


def tidy(text: str) -> str:
    """`text` on one line with single blanks."""
    return " ".join(text.split())


def normal_code(typed: str) -> str:
    """A typed 统一社会信用代码 in its stored form: half-width capitals without blanks and dashes."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def check_character(first: str) -> str:
    """The 18th character of the code that begins with the 17 characters `first` (GB 32100-2015, 附录 B)."""
    total = sum(CODE_CHARACTERS.index(each) * pow(3, place, 31) for place, each in enumerate(first))
    return CODE_CHARACTERS[(31 - total % 31) % 31]


def normal_phone(typed: str) -> str:
    """A typed phone in its stored form, 0571-8000 1234 转 8 → 057180001234转8; as it is where it is none."""
    text = EXTENSION.sub("转", BLANKS.sub("", unicodedata.normalize("NFKC", typed)).strip("()"))
    text = text.replace("(", "").replace(")", "")
    for prefix in ("+86", "0086"):
        text = text.removeprefix(prefix)
    return text


def is_phone(text: str) -> bool:
    return PHONE.fullmatch(text) is not None


def core_of(name: str) -> str:
    """What is left of a name without what others have too: 青溪县绿野农产品有限公司 → 绿野农产品.

    The whole name, without blanks and brackets, where nothing would be left.
    """
    whole = PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).lower()
    core = whole
    for form in FORMS:
        core = core.removesuffix(form)
    while (shorter := PLACES.sub("", core)) != core:
        core = shorter
    return core if len(core) >= 2 else whole


def pieces(core: str) -> set[str]:
    """The pieces of two characters of `core`."""
    return {core[place : place + 2] for place in range(len(core) - 1)} or {core}


def likeness(one: str, other: str) -> float:
    """How alike two cores are, from 0 to 1: the share of their pieces that both have (Dice)."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) >= 3 and (one in other or other in one):
        return 0.9
    left, right = pieces(one), pieces(other)
    return 2 * len(left & right) / (len(left) + len(right))


def most_alike(core: str, cores: Iterable[str]) -> list[str]:
    """Those of `cores` that are `ALIKE` to `core`, the most alike first."""
    found = [(likeness(core, each), each) for each in cores]
    return [each for share, each in sorted(found, key=lambda pair: (-pair[0], pair[1])) if share >= ALIKE]


def masked_account(account: str) -> str:
    """An account for those who pay nothing: the last four figures, **** 0043."""
    return f"**** {account[-4:]}"


def grouped_account(account: str) -> str:
    """An account as it is read aloud: 6222 0212 3456 7890 043."""
    return " ".join(account[place : place + 4] for place in range(0, len(account), 4))
