"""The search columns of a model: bigrams and a text, computed by the database, and a pinyin key by Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import Coalesce

from houqin.search.pinyin import pinyin_key

# What there are pieces of three characters of, as in houqin_grams.
LATIN = re.compile(r"[a-z0-9]{3}")


def joined(*fields: str) -> Any:
    """The columns `fields` as one text with blanks between; IMMUTABLE, unlike PostgreSQL's concat()."""
    expression: Any = Coalesce(F(fields[0]), Value(""))
    for name in fields[1:]:
        expression = Func(
            expression,
            Value(" "),
            Coalesce(F(name), Value("")),
            template="(%(expressions)s)",
            arg_joiner=" || ",
            output_field=models.TextField(),
        )
    return expression


class SearchColumn(models.GeneratedField):
    """A stored column that the database computes from the named columns, for the search alone."""

    FUNCTION: ClassVar[str]
    KIND: ClassVar[models.Field[Any, Any]]

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        kwargs["expression"] = Func(joined(*sources), function=self.FUNCTION)
        kwargs["output_field"] = self.KIND.clone()
        kwargs["db_persist"] = True
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, kwargs = super().deconstruct()
        for computed in ("expression", "output_field", "db_persist"):
            kwargs.pop(computed)
        return name, path, list(self.sources), kwargs


class Pieces(ArrayField):  # type: ignore[type-arg]  # generic for the checker only
    """An array that can be asked for words: the lookup `found` is its own."""


class GramsField(SearchColumn):
    """An array of the 1- and 2-character pieces of the named columns, for a GIN index: finds candidates.

    A two-character word is the commonest Chinese search and too short for trigrams. Of letters and digits
    there are pieces of three as well.
    """

    FUNCTION = "houqin_grams"
    KIND = Pieces(models.TextField())


@Pieces.register_lookup
class Found(models.Lookup):
    """`grams__found=words`: the row has every word, each whole, somewhere in its searched columns.

    The index on the pieces finds the candidates; the folded text beside them decides, because two pieces may
    stand apart. One condition and not a tree of them: Django takes longer to write that than to ask it.
    """

    lookup_name = "found"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        grams, given = self.process_lhs(compiler, connection)
        folded = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{connection.ops.quote_name('folded')}"
        words = fold(str(self.rhs)).split()
        # The pieces go as a text that the database reads. As an array they would be a constant, and looking
        # for pieces would seem cheaper than looking for a word: on the way along another index the pieces of
        # each row would be searched first. And not LIKE, which the planner takes to be so rare that it sorts
        # thousands of rows for a page; "not 0" it takes to be as good as always true, so that it expects as
        # many rows as the pieces promise.
        parts = [f"{grams} @> %s::text::text[]", *[f"NOT (strpos({folded}, %s) = 0)" for _ in words]]
        return f"({' AND '.join(parts)})", (*given, _as_text(query_grams(str(self.rhs))), *words)


class FoldedField(SearchColumn):
    """The text of the same columns as the search sees it: decides about a candidate.

    Whether a word stands in it is known ten times as soon as whether a piece is one of a hundred.
    """

    FUNCTION = "houqin_fold"
    KIND = models.TextField()


class SearchKeyMixin(models.Model):
    """`search_key`: pinyin of the field named by `SEARCH_KEY_SOURCE`, for order and for initials."""

    SEARCH_KEY_SOURCE: ClassVar[str]
    SEARCH_KEY_IS_NAME: ClassVar[bool] = False

    search_key = models.CharField("拼音", max_length=200, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        saved = None if update_fields is None else set(update_fields)
        if saved is None or self.SEARCH_KEY_SOURCE in saved:
            self.set_search_key()
            update_fields = None if saved is None else saved | {"search_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_search_key(self) -> None:
        """Compute the key; whoever writes many rows at once calls this for each."""
        self.search_key = pinyin_key(getattr(self, self.SEARCH_KEY_SOURCE), is_name=self.SEARCH_KEY_IS_NAME)


def matching(rows: QuerySet[Any], words: str) -> Any:
    """Rows whose text, pinyin or initials contain every word of `words`.

    帐 and 账 are one character to the search. An empty search returns `rows` unchanged.
    """
    text = words.replace("\x00", "").strip()[:100]
    return rows.filter(grams__found=text) if text else rows


def _as_text(pieces: Sequence[str]) -> str:
    """The pieces as the database writes an array."""
    quoted = ['"' + piece.replace("\\", r"\\").replace('"', r"\"") + '"' for piece in pieces]
    return "{" + ",".join(quoted) + "}"


def query_grams(words: str) -> list[str]:
    """The pieces by which the index finds the rows with all `words`: as few and as long as there are."""
    return sorted({piece for word in fold(words).split() for piece in _pieces(word)})


def _pieces(word: str) -> set[str]:
    """The pieces of three letters or digits, and those of two that lie in none of them."""
    threes = {word[place : place + 3] for place in range(len(word) - 2) if LATIN.match(word, place)}
    twos = {word[place : place + 2] for place in range(len(word) - 1)} or {word}
    return threes | {two for two in twos if not any(two in three for three in threes)}


def fold(text: str) -> str:
    """`text` as the search sees it; the same folding as the SQL function houqin_fold."""
    return text.replace("帐", "账").lower()
