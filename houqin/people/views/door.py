"""The door: login, logout, one's own password and account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from houqin.errors import HouqinError
from houqin.people.devices import remember_device
from houqin.people.forms import CodeForm, LoginForm, OwnPasswordForm
from houqin.people.login import (
    OWN_PAGE,
    STAFF_BACKEND,
    begin_half_login,
    check_code,
    check_login,
    half_logged_in,
    stay_logged_in,
    with_own_password,
)
from houqin.people.models import User
from houqin.people.services import set_own_password
from houqin.school import school_name
from houqin.school_settings.reading import setting
from houqin.web.access import actor

# One sentence for every reason, so that nobody learns which accounts exist.
REFUSED = "请核对工号（或手机号）和密码；15 分钟内最多试 5 次，超过请稍后再试。忘记密码请找系统管理员。"

CODE_REFUSED = (
    "请核对手机上现在的动态码：每组只能用一次，用过的请等下一组；总不对，请核对手机的时间。"
    "15 分钟内最多试 5 次，超过请稍后再试。手机丢了，用备用码；都没有，请找系统管理员重置密码。"
)


def safe_next(request: HttpRequest) -> str:
    """The page to go on to: a path of this very site, or the home page."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else reverse("home")


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class Login(View):
    """The login page; after it, the page that was asked for."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(safe_next(request))
        return self.page(request, LoginForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LoginForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        user = check_login(
            request, typed=form.cleaned_data["login"], password=str(form.cleaned_data["password"])
        )
        if user is None:
            form.add_error(None, REFUSED)
            return self.page(request, form)
        if user.two_step_since is not None:
            begin_half_login(request, user)
            query = urlencode({"next": safe_next(request)})
            return redirect(f"{reverse('people:login-code')}?{query}")
        return let_in(request, user)

    def page(self, request: HttpRequest, form: LoginForm) -> HttpResponse:
        context = {
            "form": form,
            "next": safe_next(request),
            "has_ended": request.GET.get("ended") == "1",
            "school": school_name(),
        }
        return render(request, "people/login.html", context)


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Begin the session of `user` under a new key and lead on to the page that was asked for."""
    login(request, user, backend=STAFF_BACKEND)
    response = redirect(safe_next(request))
    remember_device(request, response, user)
    return response


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class LoginCode(View):
    """The second page of the login, for accounts with two-step login; nobody is logged in yet."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, CodeForm()) if half_logged_in(request) else self.again(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = half_logged_in(request)
        if user is None:
            return self.again(request)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            if check_code(request, user=user, code=form.cleaned_data["code"]):
                return let_in(request, user)
            form.add_error(None, CODE_REFUSED)
        except HouqinError as refusal:
            form.add_error(None, refusal.message)
        return self.page(request, form)

    def again(self, request: HttpRequest) -> HttpResponse:
        """Back to the password: it was not given, or too long ago."""
        return redirect(f"{reverse('people:login')}?{urlencode({'next': safe_next(request)})}")

    def page(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        context = {"form": form, "next": safe_next(request), "school": school_name()}
        return render(request, "people/login_code.html", context)


class Logout(View):
    """Ends the session; by POST only, so that no picture in a page can log anybody out."""

    public = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        messages.success(request, "已退出登录。")
        return redirect("people:login")


@method_decorator([never_cache, sensitive_post_parameters("old", "new", "again")], name="dispatch")
class OwnPassword(View):
    """Change one's own password: at the first login, and whenever one likes."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, OwnPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnPasswordForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            user = with_own_password(
                set_own_password,
                page=OWN_PAGE,
                label="原密码",
                fields=("old",),
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
                by=actor(request),
            )
        except HouqinError as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.page(request, form)
        stay_logged_in(request, user)
        messages.success(request, "密码已修改。其他电脑和手机上的登录已退出。")
        return redirect("home")

    def page(self, request: HttpRequest, form: OwnPasswordForm) -> HttpResponse:
        return render(request, "people/password.html", {"form": form})


class Account(View):
    """One's own account: who the school takes one for, and what one may do."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "people/account.html", account_context(request))


def account_context(request: HttpRequest) -> dict[str, Any]:
    """The facts, roles and classes of the person who is logged in, and how long the session lasts."""
    user = actor(request).user
    zone = timezone.get_current_timezone()
    began = datetime.fromtimestamp(request.session["began"], tz=zone)
    return {
        "facts": [
            ("姓名", user.name),
            ("工号", user.staff_no),
            ("手机号", user.phone),
            ("部门", user.department),
        ],
        "two_step_since": user.two_step_since,
        "holdings": user.holdings.filter(ended_at=None),
        "classes": user.classes.filter(retired_on=None),
        "began": began,
        "ends": began + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS),
        "idle_minutes": setting("login.idle_minutes", on=timezone.localdate()),
    }
