"""两步验证 in one's own account: turned on with a QR code, its codes for a lost phone, turned off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from houqin.documents.process import PrintingFailed
from houqin.documents.responses import document_response
from houqin.errors import HouqinError, RuleBroken
from houqin.people.documents import recovery_sheet
from houqin.people.forms import RecoveryCodesForm, TwoStepForm, TwoStepOffForm
from houqin.people.login import OWES_TWO_STEP, OWN_PAGE, TWO_STEP_PAGE, stay_logged_in, with_own_password
from houqin.people.passwords import Password
from houqin.people.services import renew_recovery_codes, turn_off_two_step, turn_on_two_step
from houqin.people.two_step import (
    address_for_app,
    new_recovery_codes,
    new_secret,
    recovery_codes_left,
)
from houqin.school import school_name
from houqin.sealing import seal, unseal
from houqin.web.access import actor
from houqin.web.code_picture import code_picture

# Both lie sealed in the session: the secret until a code proves that the phone has it, the codes for a lost
# phone until their owner says that he has them. So a second tap, or a line that broke, loses neither.
SECRET, RECOVERY = "two_step_secret", "two_step_recovery"

LOST_CODES = "备用码打不开了：服务器的密钥文件换过。请系统管理员重置密码，再重新开启两步验证。"

GUARDED = [never_cache, sensitive_post_parameters("password", "code")]


@method_decorator(GUARDED, name="dispatch")
class TwoStepOn(View):
    """Turn it on: whenever one likes, or before all else where a role must have it."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        if actor(request).user.two_step_since is not None:
            return redirect(_after(request))
        return self.page(request, TwoStepForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if actor(request).user.two_step_since is not None:
            return redirect(_after(request))
        form = TwoStepForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        recovery = new_recovery_codes()
        try:
            user = with_own_password(
                turn_on_two_step,
                page=OWN_PAGE,
                label="密码",
                fields=("password",),
                **form.cleaned_data,
                secret=_secret(request),
                recovery=recovery,
                by=actor(request),
            )
        except HouqinError as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.page(request, form)
        stay_logged_in(request, user)
        del request.session[SECRET]
        request.session[RECOVERY] = seal(" ".join(recovery))
        messages.success(request, "两步验证已开启。其他电脑和手机上的登录已退出。")
        return redirect("people:two-step-codes")

    def page(self, request: HttpRequest, form: TwoStepForm) -> HttpResponse:
        secret, user = _secret(request), actor(request).user
        address = address_for_app(secret, account=user.staff_no, school=school_name())
        context = {
            "form": form,
            "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            "is_owed": bool(request.session.get(OWES_TWO_STEP)),
            **code_picture(str(address)),
        }
        return render(request, "people/two_step.html", context)


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(View):
    """The codes for a lost phone, until their owner says that he has them; never again after that."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        codes = recovery_in(request)
        if not codes:
            return redirect("people:account")
        return render(request, "people/two_step_codes.html", {"codes": codes})

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session.pop(RECOVERY, None)
        return redirect("people:account")


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesPrint(View):
    """The same on a sheet; nothing of it stays on the server's disk."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        codes, user = recovery_in(request), actor(request).user
        if not codes:
            return redirect("people:account")
        try:
            sheet = recovery_sheet(codes, user=user)
        except PrintingFailed as refusal:
            context = {"reason": refusal.message, "back_url": reverse("people:two-step-codes")}
            return render(request, "pages/no_print.html", context, status=refusal.status)
        return document_response(request, sheet.pdf, "两步验证备用码.pdf")


@method_decorator(GUARDED, name="dispatch")
class RecoveryCodesRenewed(View):
    """New codes for a lost phone, when the old ones run out or somebody may have seen them."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.elsewhere(request) or self.page(request, RecoveryCodesForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if led_on := self.elsewhere(request):
            return led_on
        form = RecoveryCodesForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        recovery = new_recovery_codes()
        try:
            user = with_own_password(
                renew_recovery_codes,
                page=TWO_STEP_PAGE,
                label="动态码",
                fields=("code",),
                **form.cleaned_data,
                recovery=recovery,
                by=actor(request),
            )
        except HouqinError as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.page(request, form)
        stay_logged_in(request, user)
        request.session[RECOVERY] = seal(" ".join(recovery))
        messages.success(request, "备用码已换新，原来的都不能用了。其他电脑和手机上的登录已退出。")
        return redirect("people:two-step-codes")

    def elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        """Where it leads when it is off, or when new codes wait to be written down, as after a second tap."""
        if actor(request).user.two_step_since is None:
            return redirect("people:account")
        return redirect("people:two-step-codes") if RECOVERY in request.session else None

    def page(self, request: HttpRequest, form: RecoveryCodesForm) -> HttpResponse:
        left = recovery_codes_left(actor(request).user)
        return render(request, "people/two_step_renew.html", {"form": form, "left": left})


@method_decorator(GUARDED, name="dispatch")
class TwoStepOff(View):
    """Turn it off, with the password and a code."""

    perm = "houqin.account:own"

    def get(self, request: HttpRequest) -> HttpResponse:
        if actor(request).user.two_step_since is None:
            return redirect("people:account")
        return self.page(request, TwoStepOffForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if actor(request).user.two_step_since is None:
            return redirect("people:account")
        form = TwoStepOffForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            user = with_own_password(
                turn_off_two_step,
                page=TWO_STEP_PAGE,
                label="密码和动态码",
                fields=("password", "code"),
                **form.cleaned_data,
                by=actor(request),
            )
        except HouqinError as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.page(request, form)
        stay_logged_in(request, user)
        request.session.pop(RECOVERY, None)
        messages.success(request, "两步验证已关闭。其他电脑和手机上的登录已退出。")
        return redirect("people:account")

    def page(self, request: HttpRequest, form: TwoStepOffForm) -> HttpResponse:
        return render(request, "people/two_step_off.html", {"form": form})


def _after(request: HttpRequest) -> str:
    """Where the second of two taps leads: to the codes that the first one made, while they wait."""
    return "people:two-step-codes" if RECOVERY in request.session else "people:two-step-off"


def _secret(request: HttpRequest) -> Password:
    """The secret that this session offers; a new one when there is none, or another key sealed it."""
    try:
        secret = unseal(request.session.get(SECRET, ""))
    except RuleBroken:
        secret = ""
    if not secret:
        secret = str(new_secret())
        request.session[SECRET] = seal(secret)
    return Password(secret)


def recovery_in(request: HttpRequest) -> list[str]:
    """The codes that wait in the session to be written down; none, and a word why, under another key."""
    sealed: Any = request.session.get(RECOVERY, "")
    try:
        return unseal(sealed).split()
    except RuleBroken:
        del request.session[RECOVERY]
        messages.error(request, LOST_CODES)
        return []
