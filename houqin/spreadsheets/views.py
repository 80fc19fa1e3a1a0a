"""The pages of an import: file, columns, dry run, result; templates, failed rows, taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision
from houqin.spreadsheets import services
from houqin.spreadsheets.forms import MatchForm, OpenForm, UndoForm
from houqin.spreadsheets.imports import Import
from houqin.spreadsheets.mapping import labels_in, used_labels
from houqin.spreadsheets.models import ImportRun
from houqin.spreadsheets.rules import can_start, can_undo
from houqin.spreadsheets.selectors import failed_rows, findings_of, is_silent, kept_content, kinds_for
from houqin.spreadsheets.states import BUSY, USE, ImportState
from houqin.spreadsheets.workbook import workbook_chunks
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Way,
)
from houqin.web.templatetags.houqin import badge, clock, state_badge

LIST = ("导入表格", "imports:run-list")
STEPS = ("选文件", "核对列", "检查", "导入")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE_ROWS = 1


def download(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """A workbook as a download called `name` and today's date; it cannot hold a formula."""
    response = StreamingHttpResponse(workbook_chunks(heading, rows), content_type=XLSX)
    file_name = f"{name}_{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or ""
    response["Cache-Control"] = "no-store"
    return response


def _standing(run: ImportRun) -> str:
    """As the badge of every state, but what is wrong is not merely «checked»."""
    return badge("有错", "bad") if run.state == ImportState.CHECKED and run.failed else state_badge(run)


def _written(count: int, state: str) -> int:
    """How many rows the import has written: none before it is carried out, none after it was taken back."""
    return count if state in {ImportState.IMPORTED, ImportState.UNDOING} else 0


class RunList(ListPage):
    perm = USE
    model = ImportRun
    title = "导入表格"
    columns = (
        Column("file_name", "文件"),
        Column("kind", "内容", lambda run: run.label),
        Column("state", "状态", sort="state", draw=_standing),
        Column("new", "新增", _written, of=("new", "state"), is_number=True, on_phone=False),
        Column("changed", "修改", _written, of=("changed", "state"), is_number=True, on_phone=False),
        Column("created_by", "经办人", "created_by.name"),
        Column("created_at", "时间", lambda run: clock(run.created_at), sort="created_at"),
    )
    filters = (Choices("state", "状态", ImportState.choices),)
    create = Way("导入表格", "imports:open", USE, icon="file-up")
    empty_title = "还没有导入过表格"
    empty_hint = "点“导入表格”，把手上的名册、班级表、房间表直接读进来；写入之前先检查，写错了可以整批撤销。"

    def rows(self) -> Any:
        return super().rows().select_related("created_by")


class Open(FormPage):
    perm = USE
    model = ImportRun
    title = "导入表格"
    submit_label = "读入"
    said = "已读入，请核对哪一列是什么。"
    form_class = OpenForm
    service = services.open_import
    template_name = "spreadsheets/open.html"

    def form_arguments(self) -> dict[str, Any]:
        return {"kinds": kinds_for(self.user)}

    def initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET.get("kind", "")}

    def arguments(self, form: OpenForm) -> dict[str, Any]:
        upload = form.cleaned_data["file"]
        return {"kind": form.cleaned_data["kind"], "name": upload.name or "", "book": form.book}

    def possible(self) -> Decision:
        if kinds_for(self.user):
            return Decision.yes()
        return Decision.forbidden("您的岗位没有可以导入的内容。如有需要，请联系系统管理员。")

    def success_url(self, answer: ImportRun) -> str:
        return reverse("imports:match", args=[answer.public_id])

    def back_url(self) -> str:
        return reverse(LIST[1])

    def context(self) -> dict[str, Any]:
        return {"kinds": kinds_for(self.user), "steps": stepper(0)}


class Template(Page):
    """The headings of an import with an example, or with all that is there now, to be read in again."""

    perm = USE
    model = ImportRun

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        importer = next((each for each in kinds_for(self.user) if each.kind == kind), None)
        if importer is None:
            raise Http404
        heading = [column.label for column in importer.given()]
        if "rows" not in request.GET:
            return download(
                f"{importer.label}模板", heading, [[column.example for column in importer.given()]]
            )
        rows = importer(actor(request)).rows().order_by("pk").iterator(chunk_size=2_000)
        return download(importer.label, heading, (importer.cells(row) for row in rows))


class RunPage(Page):
    """What the pages of one import have in common."""

    perm = USE
    model = ImportRun
    record: Any

    def rows(self) -> Any:
        heavy = ("content__cells", "content__effect")
        return super().rows().select_related("content", "created_by").defer(*heavy)

    @property
    def importer(self) -> type[Import] | None:
        return registry.imports.get(self.record.kind)

    def trail(self) -> list[tuple[str, str]]:
        return [(LIST[0], reverse(LIST[1]))]


class Run(RunPage, ObjectPage):
    template_name = "spreadsheets/run.html"

    def get(self, request: HttpRequest, public_id: str, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, public_id, **kwargs)
        if request.headers.get("HX-Request") == "true" and self.record.state not in BUSY:
            # The page that waits for the end of a job is drawn anew, whole.
            response = HttpResponse(headers={"HX-Refresh": "true"})
        return response

    def back_url(self) -> str:
        return reverse(LIST[1])

    def about(self, run: ImportRun) -> list[tuple[str, Any]]:
        facts = [("文件", run.file_name), ("经办人", run.created_by), ("读入时间", clock(run.created_at))]
        if run.imported_at:
            facts.append(("导入时间", clock(run.imported_at)))
        if run.undone_at:
            facts.append(("撤销时间", clock(run.undone_at)))
        return facts

    def steps(self, run: ImportRun, user: User) -> list[Step]:
        if run.kind not in registry.imports:
            return []
        at = [run.public_id]
        content = kept_content(run)
        again = f"{reverse('imports:open')}?kind={run.kind}"
        match run.state:
            case ImportState.NEW:
                steps = [Step("核对列", reverse("imports:match", args=at), is_primary=True, icon="columns-3")]
            case ImportState.CHECKED:
                steps = self._checked(run, at, again)
            case ImportState.IMPORTED:
                url = reverse(registry.imports[run.kind].list_url_name)
                undo = can_undo(run.state, is_kept=content is not None)
                steps = [
                    Step(f"看{run.label}", url, is_primary=True, icon="list"),
                    Step(
                        "撤销这次导入", reverse("imports:undo", args=at), undo, is_danger=True, icon="undo-2"
                    ),
                ]
            case ImportState.UNDONE | ImportState.DROPPED:
                steps = [Step("另选文件", again, is_primary=True, icon="file-up")]
            case _:
                silent = Decision.yes() if is_silent(content) else Decision.no("还在进行，请等一等。")
                steps = [
                    Step(
                        "重新开始",
                        reverse("imports:restart", args=at),
                        silent,
                        is_post=True,
                        icon="refresh-cw",
                    )
                ]
        if run.state in {ImportState.NEW, ImportState.CHECKED}:
            steps.append(Step("放弃", reverse("imports:drop", args=at), is_danger=True, icon="trash-2"))
        return steps

    def _checked(self, run: ImportRun, at: list[str], again: str) -> list[Step]:
        to_write = run.new + run.changed
        start = can_start(run.state, failed=run.failed, to_write=to_write)
        return [
            Step(
                f"导入 {to_write:,} {registry.imports[run.kind].unit}", reverse("imports:start", args=at),
                start, is_primary=True, is_post=True, icon="check",
            ),
            Step("上传改好的表格", again, is_primary=bool(run.failed), icon="file-up"),
            Step("重新核对列", reverse("imports:match", args=at), icon="columns-3"),
        ]  # fmt: skip

    def context(self) -> dict[str, Any]:
        run = self.record
        content = kept_content(run)
        place = {ImportState.NEW: 1, ImportState.CHECKING: 2, ImportState.CHECKED: 2}.get(run.state, 3)
        return {
            "importer": self.importer,
            "about": self.about(run),
            "content": content,
            "found": findings_of(content),
            "steps": stepper(place, is_done=run.state == ImportState.IMPORTED),
            "failed_url": reverse("imports:failed", args=[run.public_id]),
        }


class Match(RunPage, FormPage):
    title = "核对列"
    submit_label = "检查"
    said = "正在检查，可以离开这一页，回头再看。"
    is_versioned = True
    form_class = MatchForm
    service = services.ask_check
    record_name = "run"
    template_name = "spreadsheets/match.html"

    def form_arguments(self) -> dict[str, Any]:
        content = kept_content(self.record)
        survey = content.survey if content is not None else {"tables": [], "samples": {}}
        return {"importer": self.importer or Import, "survey": survey}

    def initial(self) -> dict[str, Any]:
        return {**self.record.mapping, "tables": [str(number) for number in self.record.tables]}

    def arguments(self, form: MatchForm) -> dict[str, Any]:
        return {"tables": [int(number) for number in form.cleaned_data["tables"]], "mapping": form.mapping()}

    def possible(self) -> Decision:
        if kept_content(self.record) is None or self.importer is None:
            return Decision.no("这次导入的内容已经清理。请重新上传文件。")
        return can_move(self.record, "check", self.actor())

    def context(self) -> dict[str, Any]:
        content = kept_content(self.record)
        return {
            "importer": self.importer,
            "content": content,
            "steps": stepper(1),
            "unused": unused_labels(self.importer, content, self.record.mapping),
        }


def unused_labels(importer: type[Import] | None, content: Any, mapping: dict[str, str]) -> list[str]:
    """The headings of the workbook that nothing is read from."""
    if importer is None or content is None:
        return []
    used = used_labels(importer, content.survey, mapping)
    return [label for label in labels_in(content.survey) if label not in used]


class Start(RunPage, ActPage):
    title = "写入表格里的内容"
    submit_label = "导入"
    question = "要么全部写入，要么一行也不写。写入以后可以整批撤销。"
    said = "正在导入，可以离开这一页，回头再看。"
    service = services.start_import
    record_name = "run"

    def possible(self) -> Decision:
        run = self.record
        return can_start(run.state, failed=run.failed, to_write=run.new + run.changed)


class Undo(RunPage, ActPage):
    title = "撤销这次导入"
    submit_label = "撤销"
    is_danger = True
    question = (
        "新增的停用，修改的改回导入前的样子。导入以后已经用过或改过的，会先告诉您是哪些，不会悄悄动它们。"
    )
    said = "正在撤销，可以离开这一页，回头再看。"
    form_class = UndoForm
    service = services.ask_undo
    record_name = "run"

    def possible(self) -> Decision:
        return can_undo(self.record.state, is_kept=kept_content(self.record) is not None)


class Drop(RunPage, ActPage):
    title = "放弃这次导入"
    submit_label = "放弃"
    is_danger = True
    question = "还没有写入任何内容。放弃后，读入的内容立即删除。"
    said = "已放弃，读入的内容已删除。"
    service = services.drop_import
    record_name = "run"

    def possible(self) -> Decision:
        return can_move(self.record, "drop", self.actor())


class Restart(RunPage, ActPage):
    title = "重新开始这次导入"
    submit_label = "重新开始"
    question = "一分钟没有动静的才需要重新开始。已经写入的不会重复写入。"
    said = "已重新开始。"
    service = services.restart_import
    record_name = "run"

    def possible(self) -> Decision:
        return Decision.yes() if self.record.is_busy else Decision.no("这次导入没有停住的工作。")


class Failed(RunPage):
    """The rows with errors as a workbook, each with what is wrong with it."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        self.record = self.find(public_id)
        content = kept_content(self.record)
        if content is None or self.importer is None or not findings_of(content).count:
            raise Http404
        heading, rows = failed_rows(self.record, content)
        return download(f"{self.record.label}有错的行", heading, rows)


def stepper(place: int, *, is_done: bool = False) -> list[dict[str, str]]:
    """Where one is between file and result."""
    states = ["done"] * place + ["done" if is_done else "current"] + ["waiting"] * len(STEPS)
    return [{"label": label, "state": state} for label, state in zip(STEPS, states, strict=False)]
