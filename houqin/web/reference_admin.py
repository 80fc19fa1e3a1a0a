"""`ReferenceAdmin`: reference data in the role-based admin. Each role sees its own models; services write.

Django's admin would save the instance itself, inside a transaction of its own, delete in bulk, and keep a
history beside the audit. Here saving calls one service through the write boundary, nothing is deleted, and
the history is the record's page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from houqin.errors import HouqinError
from houqin.people.choices import InUseField
from houqin.records import Record
from houqin.school_settings.modules import belongs_to_use
from houqin.web.access import actor
from houqin.web.pages.page import PUBLIC_ID
from houqin.writing import write

OPEN_ROUTES = ("changelist", "add", "change")


class ReferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows which version was read, and that a double tap is one."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    refusal: ClassVar[HouqinError | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["read_version"].initial = self.instance.version
        for name, field in self.fields.items():
            if isinstance(field, InUseField) and self.initial.get(name):
                field.keep(self.initial[name])

    def _get_validation_exclusions(self) -> set[str]:
        """Every field: the form cleans each, and what must be unique is left to the service, behind the key.

        A second tap would otherwise trip over what the first one made.
        """
        return {field.name for field in self._meta.model._meta.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.refusal is not None:
            field = self.refusal.field
            self.add_error(field if field in self.fields else None, self.refusal.message)
        return cleaned


class PublicIdChangeList(ChangeList):
    """Links by public id; the key of the database stays inside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pk_attname = "public_id"


class ReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Reference data of one model: subclasses name the rights, the fields and the two services.

    `record_name` is the service's argument for the record that is changed.
    """

    manage_permission: ClassVar[str]
    create_service: ClassVar[Callable[..., Any]]
    update_service: ClassVar[Callable[..., Any]]
    record_name: ClassVar[str]

    form = ReferenceForm
    actions = None
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    # ── who may do what: the house's table, never Django's ──

    def has_module_permission(self, request: HttpRequest) -> bool:
        is_used = belongs_to_use(self.model, on=timezone.localdate())
        return is_used and self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor(request).user.has(self.manage_permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor(request).user.has(self.manage_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor(request).user.has(self.manage_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # ── routes and rows ──

    def get_urls(self) -> list[URLPattern]:
        """List, add and change; no deletion and no history beside the audit."""
        return [each for each in super().get_urls() if (each.name or "").rpartition("_")[2] in OPEN_ROUTES]

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.visible_to(request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if not PUBLIC_ID.fullmatch(object_id):
            return None
        return self.get_queryset(request).filter(public_id=object_id).first()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PublicIdChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, called by what it lists."""
        return super().changelist_view(request, {"title": self.opts.verbose_name, **(extra_context or {})})

    # ── saving ──

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared fields, and the two that travel hidden with every form."""
        return (*(self.fields or ()), "form_key", "read_version")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What is in use may be chosen, and what the record has already."""
        rows = db_field.related_model._default_manager.visible_to(request.user)
        kwargs |= {"form_class": InUseField, "queryset": rows}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, carrying the service's refusal when this request was refused."""
        made = super().get_form(request, obj, change=change, **kwargs)
        return type(made.__name__, (made,), {"refusal": getattr(request, "refusal", None)})

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Without Django's transaction around it: the write boundary opens its own.

        A refusal of the service comes back as an error of the form, beside the field that it names.
        """
        extra = {
            "title": f"{'新增' if object_id is None else '修改'}{self.opts.verbose_name}",
            "show_save_and_continue": False, "show_save_and_add_another": False, **(extra_context or {}),
        }  # fmt: skip
        try:
            return self._form_page(request, object_id, form_url, extra)
        except HouqinError as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            return self._form_page(request, object_id, form_url, extra)

    def _form_page(self, *given: Any) -> HttpResponse:
        """Django's own page, as it stands inside Django's transaction."""
        page: HttpResponse = super()._changeform_view(*given)  # type: ignore[misc]
        return page

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Leave the instance as it is: the service writes from the cleaned fields."""
        return form.instance

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        """Call the service, once for this form's key."""
        fields = dict(form.cleaned_data)
        key, version = str(fields.pop("form_key")), fields.pop("read_version")
        service = type(self).update_service if change else type(self).create_service
        if change:
            # Read again: the form has already put its values on `obj`.
            fields |= {self.record_name: self.get_queryset(request).get(pk=obj.pk), "version": version}
        write(service, key=key, by=actor(request), **fields)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on reference data."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit has it."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._back_to_list(request, f"{self.opts.verbose_name}已新增。")

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._back_to_list(request, f"{self.opts.verbose_name}已保存。")

    def _back_to_list(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
