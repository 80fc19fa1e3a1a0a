"""The steps from an empty school to a live one, and «手机打得开吗»."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from houqin.rules import Decision
from houqin.school import School, current_school, school_name
from houqin.setting_up.addresses import own_addresses, reach_of
from houqin.setting_up.selectors import standings
from houqin.setting_up.services import finish_setup
from houqin.setting_up.states import FINISH, READ
from houqin.web.code_picture import code_picture
from houqin.web.pages import ActPage, Page

# Whoever switches modules, the 系统管理员, is also the one who installs: commands are shown to nobody else.
SWITCH = "houqin.module:switch"


class Steps(Page):
    perm = READ
    model = School
    title = "开始使用"
    template_name = "setting_up/steps.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        steps = standings(self.user, on=timezone.localdate())
        school = current_school()
        context = {
            "steps": steps,
            "stepper": [{"label": each.step.label, "state": each.state} for each in steps],
            "is_whole": all(each.is_done for each in steps),
            "school": school,
            "may_finish": self.user.has(FINISH) and school is not None and school.set_up_at is None,
            "may_switch": self.user.has(SWITCH),
            "may_install": self.user.has(SWITCH),
        }
        return self.answer(request, context)


class Finish(ActPage):
    perm = FINISH
    model = School
    title = "标记设置完成"
    submit_label = "设置完成"
    question = "首页不再提醒。没有做完的步骤以后照样能做，都在“开始使用”里。"
    said = "设置完成，可以正式使用了。"
    service = finish_setup

    def possible(self) -> Decision:
        school = current_school()
        if school is None:
            return Decision.no("还没有填写学校名称。请先做第一步。")
        return Decision.no("已经标记为设置完成。") if school.set_up_at else Decision.yes()

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def back_url(self) -> str:
        return reverse("setup:steps")

    def success_url(self, answer: Any) -> str:
        return reverse("setup:steps")


class Phone(Page):
    """Whether phones reach the program: how far this address goes, a code to try it, what to do if not."""

    perm = READ
    model = School
    title = "手机打得开吗"
    template_name = "setting_up/phone.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        address = request.build_absolute_uri(reverse("setup:phone-opened"))
        return self.answer(request, {"address": address, **code_picture(address)})

    def context(self) -> Mapping[str, Any]:
        parts = urlsplit(self.request.build_absolute_uri("/"))
        own, port = own_addresses(), parts.port or 8000
        hosts = ",".join(["localhost", "127.0.0.1", *own])
        return {
            "may_install": self.user.has(SWITCH),
            "lan_command": f"HOUQIN_BIND=0.0.0.0:{port} ALLOWED_HOSTS={hosts} HOUQIN_INSECURE_LAN=1 make run",
            "reach": reach_of(parts.hostname or "").value,
            "is_secure": self.request.is_secure(),
            "own": own,
            "port": port,
        }

    def back_url(self) -> str:
        return reverse("setup:steps")


@method_decorator(never_cache, name="dispatch")
class PhoneOpened(View):
    """What a phone shows that got through: for everybody, and telling nothing but the school's name."""

    public = True
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"school": school_name(), "host": request.get_host(), "is_secure": request.is_secure()}
        return render(request, "setting_up/phone_opened.html", context)
