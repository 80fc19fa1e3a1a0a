"""`ListPage`: the one pattern of every list; search, filters, order and pages stand in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from houqin.log_lines import note_export
from houqin.search.columns import matching
from houqin.spreadsheets.selectors import kinds_for
from houqin.web.pages import address as addresses
from houqin.web.pages.address import SIZES, Address, Asked
from houqin.web.pages.anchors import anchor_of, turned
from houqin.web.pages.columns import Column
from houqin.web.pages.controls import BOXES, control, taken_away
from houqin.web.pages.exporting import FORMATS, export
from houqin.web.pages.filters import Filter, Flag, Option, options_of
from houqin.web.pages.page import Page, address_of
from houqin.web.pages.paging import Slice, cut, light
from houqin.web.pages.rows import table_rows

# What stays as it is when the form of the search and the filters is sent.
KEPT = ("sort", "size", "density")


@dataclass(frozen=True, slots=True)
class Way:
    """A button that leads on: to the form that makes a new row, or to an act on the chosen rows."""

    label: str
    url_name: str
    perm: str
    icon: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


class ListPage(Page):
    """A list of `model`: a subclass declares what is below; the rows are those its reader may see."""

    template_name: ClassVar[str] = "pages/list.html"

    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    order: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[str] = ""
    search_fields: ClassVar[Sequence[str]] = ()
    create: ClassVar[Way | None] = None
    bulk: ClassVar[Sequence[Way]] = ()
    empty_title: ClassVar[str] = ""
    empty_hint: ClassVar[str] = ""
    # Said instead to whoever may not create what is listed.
    reader_hint: ClassVar[str] = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        options = options_of(self.filters, self.user)
        given = {name: value for name, value in request.GET.items() if isinstance(value, str)}
        asked = addresses.read(
            given, columns=self.columns, filters=self.filters, options=options, user=self.user
        )
        rows = self.narrowed(self.rows(), asked)
        wanted = given.get("export", "")
        if wanted in FORMATS:
            note_export(
                by=self.user.staff_no, page=request.path, kind=wanted,
                narrowed_by=sorted(set(asked.parameters()) - set(KEPT)),
            )  # fmt: skip
            ordered = self.with_columns(rows.order_by(*self.order_of(asked)))
            return export(wanted, ordered, columns=self.columns, name=self.page_title())
        return self.page(request, rows, asked, options)

    def with_columns(self, rows: Any) -> Any:
        """`rows` with what their columns read and no search column; override for names of other tables.

        It is the same for every reader. What `rows()` joins, counting and walking along an index carry too.
        """
        return light(rows)

    def row_url(self, row: Any) -> str:
        """Where the first cell of `row` leads; nothing for rows without a page."""
        return address_of(row)

    def search(self, rows: Any, words: str) -> Any:
        """The rows that `words` finds: by the model's search columns, else by `search_fields`."""
        if any(field.name == "grams" for field in self.model._meta.concrete_fields):
            return matching(rows, words)
        for word in words.split():
            found = [Q(**{f"{name}__icontains": word}) for name in self.search_fields]
            rows = rows.filter(reduce(or_, found, Q()))
        return rows

    def narrowed(self, rows: Any, asked: Asked) -> Any:
        """`rows` under the search and all filters, and under what holds while a filter is off."""
        if asked.words and self.search_hint:
            rows = self.search(rows, asked.words)
        conditions = [narrowing.condition for narrowing in asked.narrowings.values()]
        off = [each for each in self.filters if each.name not in asked.narrowings]
        conditions += [
            each.otherwise for each in off if isinstance(each, Flag) and each.otherwise is not None
        ]
        return rows.filter(reduce(and_, conditions, Q()))

    def order_of(self, asked: Asked) -> list[str]:
        """The order fields, always ending with the key so that equal rows never swap between two pages."""
        by_default = self.order or self.model._meta.ordering or ()
        order = [str(field) for field in (asked.sort.order if asked.sort else by_default)]
        if asked.sort is not None and asked.is_descending:
            order = turned(order)
        last = "-pk" if order and order[0].startswith("-") else "pk"
        return [*(field for field in order if field not in {"pk", "-pk"}), last]

    def page(
        self,
        request: HttpRequest,
        rows: Any,
        asked: Asked,
        options: dict[str, Sequence[Option]],
    ) -> HttpResponseBase:
        """The list on its page."""
        part = self.part(rows, asked)
        at = Address(request.path, asked.parameters())
        notices = [*asked.notices, *([part.notice] if part.notice else [])]
        bulk = [way for way in self.bulk if self.user.has(way.perm)]
        columns = self.columns_of(part.rows)
        context = {
            "asked": asked,
            "part": part,
            "rows": table_rows(
                part.rows, columns, model=self.model, row_url=self.row_url, has_ticks=bool(bulk)
            ),
            "columns": list(self.headings(columns, at, asked)),
            "controls": [control(each, options[each.name], at) for each in self.filters],
            "has_boxes": any(each.kind in BOXES for each in self.filters),
            "has_chips": any(each.kind not in BOXES for each in self.filters),
            "chosen": taken_away(self.filters, options, at),
            "keeps": [pair for pair in at.parameters.items() if pair[0] in KEPT],
            "pages": self.pages(at, part),
            "sizes": [(size, at.to({"size": str(size)}), size == asked.size) for size in SIZES],
            "density_url": at.to({"density": None if asked.is_dense else "dense"}),
            "exports": [(label, at.to({"export": kind})) for kind, label in FORMATS.items()],
            "bare_url": request.path,
            "notices": notices,
            "create": self.create if self.create and self.user.has(self.create.perm) else None,
            "imports": self.imports(),
            "bulk": bulk,
            "emptiness": self.emptiness() if not part.rows else None,
        }
        return self.answer(request, context)

    def imports(self) -> list[tuple[str, str]]:
        """Label and address of each way to read a workbook into this list, for whoever may."""
        match = self.request.resolver_match
        here = match.view_name if match is not None else ""
        kinds = [each for each in kinds_for(self.user) if each.list_url_name == here]
        opened = reverse("imports:open") if kinds else ""
        return [
            ("导入" if len(kinds) == 1 else f"导入{each.label}", f"{opened}?kind={each.kind}")
            for each in kinds
        ]

    def emptiness(self) -> tuple[str, str]:
        """What an empty list says, and what to do next.

        Whoever sees a part of the rows learns that there are none for him, and not whether there are others.
        """
        title, may_create = self.empty_title, self.create is not None and self.user.has(self.create.perm)
        if not self.model.VISIBILITY.sees_all(self.user) and title.startswith(("没有", "还没有")):
            title = f"您这里{title}"
        return title, self.empty_hint if may_create or not self.reader_hint else self.reader_hint

    def part(self, rows: Any, asked: Asked) -> Slice:
        """The rows of the page that is asked for."""
        order = self.order_of(asked)
        return cut(
            rows,
            order=order,
            anchor=anchor_of(self.rows, order, asked),
            page=asked.page,
            size=asked.size,
            known_as=(self.request.path, self.user.pk, asked.narrowed_by),
            with_columns=self.with_columns,
        )

    def columns_of(self, rows: Sequence[Any]) -> list[Column]:
        """The columns of a page with `rows`: a rare one only where some row has something in it."""
        return [
            column
            for column in self.columns
            if not column.is_rare or any(map(column.reader(self.model), rows))
        ]

    def headings(self, columns: Sequence[Column], at: Address, asked: Asked) -> Iterator[dict[str, Any]]:
        """The column heads, each with the address that sorts by it and how it is sorted now."""
        for column in columns:
            is_current = asked.sort is column
            turned = f"-{column.name}" if is_current and not asked.is_descending else column.name
            yield {
                "column": column,
                "url": at.to({"sort": turned}) if column.order else "",
                "sorted": ("descending" if asked.is_descending else "ascending") if is_current else "",
            }

    def pages(self, at: Address, part: Slice) -> dict[str, str]:
        """The addresses of the first, previous and next page; empty where there is none."""
        back = {"page": str(part.page - 1), "before": part.first} if part.page > 2 else {}
        return {
            "first": at.to({}) if part.page > 2 else "",
            "previous": at.to(back) if part.page > 1 else "",
            "next": at.to({"page": str(part.page + 1), "after": part.last}) if part.has_next else "",
        }
