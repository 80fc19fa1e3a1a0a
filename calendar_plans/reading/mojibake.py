"""Text that was decoded with the wrong code page on its way (Ñ§Ð£ for 学校) and can be put right again."""

from .plain import is_chinese

_WRONG = ("latin-1", "cp1252")
_RIGHT = ("utf-8", "gb18030")


def put_right(text: str) -> str:
    """Return Chinese text that was read as Western European; any other text as it is."""
    western = sum("\x80" <= char <= "\xff" for char in text)
    if western * 4 < len(text) or any(is_chinese(char) for char in text):
        return text
    for wrong in _WRONG:
        for right in _RIGHT:
            try:
                found = text.encode(wrong).decode(right)
            except UnicodeError:
                continue
            if sum(is_chinese(char) for char in found) * 3 > len(found):
                return found
    return text
