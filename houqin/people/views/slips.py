"""账号条: first passwords for many, made when they are printed and kept nowhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from houqin.documents.availability import available
from houqin.documents.process import PrintingFailed
from houqin.documents.responses import document_response
from houqin.people import services
from houqin.people.documents import account_slips
from houqin.people.models import Department, User
from houqin.people.passwords import Password, one_time_password
from houqin.people.selectors import (
    for_first_passwords,
    people_matching,
    with_particulars,
    without_password,
)
from houqin.rules import Decision
from houqin.school import school_name
from houqin.setting_up.addresses import Reach, reach_of
from houqin.web.pages import BulkActPage, Column, Flag, ListPage, Related, SeeOther, Way

PERM = "houqin.password:reset"
NOT_PRINTED = "密码已经换新，但没有印出来，上一次印的也已作废。请排除故障后再印一次。"


def slip_word(user: User) -> str:
    return "印过，本人还没有登录" if user.has_usable_password() else "还没有密码"


def has_no_password(user: User, today: date) -> Q:
    """Of those in the list: no slip was printed yet."""
    return Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class SlipList(ListPage):
    perm = PERM
    model = User
    title = "打印账号条"
    template_name = "people/slips.html"
    columns = (
        Column("name", "姓名", sort="search_key"),
        Column("staff_no", "工号", sort="staff_no"),
        Column("department", "部门", "department.name", sort="department__search_key"),
        Column("password", "密码", slip_word),
    )
    filters = (
        Flag("waiting", "还没有密码", has_no_password),
        Related("department", "部门", Department.objects.visible_to, tables=(Department,)),
    )
    # Who has none yet comes first: whoever prints page after page must not void the slips of a moment ago.
    order = ("has_slip", "department__search_key", "search_key")
    search_hint = "姓名、拼音首字母、工号"
    bulk = (Way("打印勾选的账号条", "people:slip-print", PERM, icon="printer"),)
    empty_title = "没有要发的账号"
    empty_hint = (
        "新开的账号、导入的名册会出现在这里。担任业务岗位的人不在其中："
        "请在他的页面上申请重置密码，由安全管理员确认。"
    )

    def rows(self) -> Any:
        rows = for_first_passwords(super().rows()).select_related("department")
        return rows.annotate(has_slip=~has_no_password(self.user, timezone.localdate()))

    def search(self, rows: Any, words: str) -> Any:
        return people_matching(rows, words)

    def context(self) -> dict[str, Any]:
        waiting = without_password()
        return {
            "is_only_here": reach_of(self.request.get_host().partition(":")[0]) is Reach.HERE,
            "trusted": waiting.exclude(pk__in=for_first_passwords(waiting)).count(),
        }


@method_decorator(never_cache, name="dispatch")
class SlipPrint(BulkActPage):
    """For those who were ticked; the answer is the sheet itself."""

    perm = PERM
    model = User
    title = "打印账号条"
    submit_label = "生成密码并打印"
    question = (
        "每人生成一个新的一次性密码，印在账号条上，别处不再显示。以前印过而本人还没有登录的，旧账号条作废。"
        "请剪开后当面交给本人。"
    )
    said = "账号条已生成。"
    service = services.give_first_passwords
    records_name = "users"
    counter = "人"
    list_url_name = "people:slip-list"

    def rows(self) -> Any:
        rows = with_particulars(super().rows())
        return rows.order_by("department__search_key", "search_key", "pk")

    def possible(self) -> Decision:
        return super().possible() and available()

    def arguments(self, form: Any) -> dict[str, Any]:
        return {"passwords": self.passwords()}

    def passwords(self) -> dict[str, Password]:
        """A password for each, which belongs to this form: a double tap prints the same sheet again."""
        return {user.public_id: one_time_password(f"{self.key} {user.public_id}") for user in self.chosen}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, **kwargs)
        if not isinstance(response, SeeOther):
            return response
        try:
            sheet = account_slips(
                self.chosen,
                passwords=self.passwords(),
                school=school_name(),
                printed_by=self.user.name,
                address=request.build_absolute_uri(reverse("people:login")),
            )
        except PrintingFailed as refusal:
            return self.shown(self.form(), sentence=f"{NOT_PRINTED}{refusal.message}", status=refusal.status)
        return document_response(request, sheet.pdf, "账号条.pdf")
