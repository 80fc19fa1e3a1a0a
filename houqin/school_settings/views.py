"""The pages of the settings: all of them, one with its history, changing one, switching modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from houqin.people.access import allowed
from houqin.registry import Setting, registry
from houqin.rules import Decision
from houqin.school_settings import selectors, services
from houqin.school_settings.forms import ModulesForm, SettingForm
from houqin.school_settings.models import SettingChange
from houqin.school_settings.modules import is_on
from houqin.school_settings.reading import setting
from houqin.school_settings.rules import can_withdraw
from houqin.web.access import actor
from houqin.web.pages import ActPage, FormPage, Page
from houqin.web.pages.page import ABSENT


class SettingList(Page):
    perm = "houqin.setting:read"
    model = SettingChange
    title = "设置"
    template_name = "school_settings/list.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.answer(request, {"lines_by_group": selectors.lines_by_group(on=timezone.localdate())})


class OneSetting(Page):
    """What the pages about one setting have in common; its code stands in the address."""

    model = SettingChange

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.code: str = kwargs["code"]

    @property
    def declared(self) -> Setting:
        if self.code not in registry.settings:
            raise Http404(ABSENT)
        return registry.settings[self.code]

    def page_title(self) -> str:
        return self.declared.label

    def trail(self) -> list[tuple[str, str]]:
        return [("设置", reverse("settings:setting-list"))]


class SettingDetail(OneSetting):
    perm = "houqin.setting:read"
    template_name = "school_settings/setting.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        today = timezone.localdate()
        context = {
            "line": selectors.line_of(self.declared.code, on=today),
            "history": selectors.history_of(code, on=today),
            "may_change": allowed(actor(request), self.declared.permission),
        }
        return self.answer(request, context)

    def back_url(self) -> str:
        return reverse("settings:setting-list")


class SettingEdit(OneSetting, FormPage):
    perm = "houqin.setting:change"
    form_class = SettingForm
    service = services.change_setting
    template_name = "school_settings/change.html"
    said = "设置已保存。"

    def page_title(self) -> str:
        return f"修改：{self.declared.label}"

    def possible(self) -> Decision:
        return allowed(self.actor(), self.declared.permission)

    def form_arguments(self) -> dict[str, Any]:
        line = selectors.line_of(self.declared.code, on=timezone.localdate())
        return {"declared": self.declared, "bounds": line.bounds}

    def initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        value = setting(self.declared.code, on=today)
        return {
            "value": self.declared.kind.write(value),
            "valid_from": today,
            "seen": selectors.latest_change_id(self.code),
        }

    def arguments(self, form: Any) -> dict[str, Any]:
        return {**form.cleaned_data, "code": self.code}

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def back_url(self) -> str:
        return reverse("settings:setting", args=[self.code])

    def context(self) -> Mapping[str, Any]:
        return {"line": selectors.line_of(self.declared.code, on=timezone.localdate())}


class ChangeWithdraw(ActPage):
    perm = "houqin.setting:change"
    model = SettingChange
    title = "取消还没有生效的变更"
    submit_label = "取消这次变更"
    is_danger = True
    service = services.withdraw_change
    record_name = "change"
    said = "变更已取消。"
    question = "取消后，到那天什么也不变，前一天的值接着用。"

    def rows(self) -> Any:
        """Only of what is still declared: a setting that an older release had is history and nothing else."""
        return super().rows().filter(code__in=registry.settings)

    def possible(self) -> Decision:
        may_change = allowed(self.actor(), registry.setting(self.record.code).permission)
        return may_change and can_withdraw(self.record.valid_from, timezone.localdate())

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class Modules(FormPage):
    perm = "houqin.module:switch"
    model = SettingChange
    title = "功能模块"
    lead = "打勾的模块在用。停用后它的菜单、待办和页面都不再出现，数据一条不丢，重新启用照旧。"
    form_class = ModulesForm
    service = services.switch_modules
    template_name = "school_settings/modules.html"
    said = "功能模块已保存，马上生效。"

    def form_arguments(self) -> dict[str, Any]:
        return {"modules": list(registry.modules.values())}

    def initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {app: is_on(module, on=today) for app, module in registry.modules.items()}

    def arguments(self, form: Any) -> dict[str, Any]:
        wanted = sorted(app for app in registry.modules if form.cleaned_data[app])
        return {"apps": wanted, "reason": form.cleaned_data["reason"]}

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def success_url(self, answer: Any) -> str:
        return reverse("settings:modules")

    def context(self) -> Mapping[str, Any]:
        return {"history": selectors.module_history()}
