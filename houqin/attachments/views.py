"""Uploading beside a form, opening a file, its thumbnail, and withdrawing one."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import View

from houqin.attachments import services, storage
from houqin.attachments.checking import check_upload
from houqin.attachments.forms import WithdrawForm
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.rules import can_withdraw
from houqin.attachments.visibility import USE
from houqin.documents.responses import CONFINED
from houqin.errors import HouqinError
from houqin.people.access import allowed
from houqin.registry import registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.errors import FULL, is_full
from houqin.web.pages import ActPage, Page
from houqin.web.pages.page import ABSENT
from houqin.writing import write

logger = logging.getLogger(__name__)


class Upload(View):
    """Takes one file from the script beside a form; the answer is what the form's box shows of it."""

    perm = USE
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        upload = request.FILES.get("file")
        if upload is None:
            return JsonResponse({"sentence": "没有收到文件，请重新选择。"}, status=422)
        try:
            file = write(services.store_file, file=check_upload(upload), by=actor(request))
        except HouqinError as refusal:
            status = 422 if refusal.status == 409 else refusal.status
            return JsonResponse({"sentence": refusal.message}, status=status)
        except OSError as error:
            if not is_full(error):
                raise
            logger.exception("disk full")
            return JsonResponse({"sentence": FULL}, status=503)
        shown = {
            "id": file.public_id,
            "name": file.name,
            "size": file.size_label,
            "thumbnail": file.thumbnail_url,
        }
        return JsonResponse(shown)


class FilePage(Page):
    """What the two answers with bytes have in common: the right to the record decides, as everywhere."""

    perm = USE
    model = Attachment

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        file = self.find(public_id)
        response = HttpResponse(self.bytes_of(file), content_type=self.media_type(file))
        name = f"filename*=UTF-8''{quote(file.name, safe='')}"
        response["Content-Disposition"] = f"{'inline' if self.is_shown(file) else 'attachment'}; {name}"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = CONFINED
        response["Cache-Control"] = self.caching
        return response

    caching = "private, no-cache"

    def key(self, file: Attachment) -> str:
        return file.public_id

    def media_type(self, file: Attachment) -> str:
        return file.media_type

    def is_shown(self, file: Attachment) -> bool:
        """Pictures that were drawn anew are shown when asked to; everything else is saved."""
        return file.is_picture and "download" not in self.request.GET

    def bytes_of(self, file: Attachment) -> bytes:
        try:
            return storage.read(self.key(file))
        except FileNotFoundError:
            raise Http404(ABSENT) from None


class File(FilePage):
    """The file itself."""


class Thumbnail(FilePage):
    """The small picture. It never changes, so the reader's own browser may keep it for an hour."""

    caching = "private, max-age=3600"

    def rows(self) -> Any:
        return super().rows().exclude(width=None)

    def key(self, file: Attachment) -> str:
        return f"{file.public_id}{storage.SMALL}"

    def media_type(self, file: Attachment) -> str:
        return "image/jpeg"

    def is_shown(self, file: Attachment) -> bool:
        return True


class Withdraw(ActPage):
    """Take a file off a record, with the reason."""

    perm = USE
    model = AttachmentLink
    title = "撤下附件"
    submit_label = "撤下"
    question = "撤下后别人不能再打开它；名称、上传人、撤下人和原因一直留在记录里。"
    is_danger = True
    form_class = WithdrawForm
    service = services.withdraw_file
    record_name = "link"
    said = "附件已撤下。"

    def rows(self) -> Any:
        return super().rows().select_related("attachment")

    def standing_at(self) -> str:
        return self.back_url()

    def possible(self) -> Decision:
        link, by = self.record, actor(self.request)
        parent = link.parent
        manage = registry.attachment_parents[link.parent_model].manage
        return can_withdraw(
            is_own=link.created_by_id == self.user.pk,
            is_withdrawn=link.withdrawn_at is not None,
            may_manage=allowed(by, manage, parent),
        )
