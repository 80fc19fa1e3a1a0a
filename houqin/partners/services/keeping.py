"""Partners entered, changed, stopped with and taken up again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner
from houqin.partners.names import is_phone, normal_code, normal_phone, tidy
from houqin.partners.rules import can_be_changed, can_have_code, can_resume
from houqin.partners.selectors import alike, holder_of_code, keeps_all
from houqin.partners.states import MANAGE, PartnerState
from houqin.people.access import require
from houqin.people.models import User
from houqin.saving import save_or_refuse
from houqin.states import move

NAME_TAKEN = "已有叫这个名称的往来单位。请到它的页面修改；确是另一家的，在名称后面加以区别，如“（城关店）”。"
SENTENCES = {
    "one_partner_per_name": (NAME_TAKEN, "name"),
    "one_partner_per_credit_code": ("这个统一社会信用代码已登记在另一家名下，请核对。", "credit_code"),
    "a_partner_is_of_known_kinds": ("请至少选一个类别。", "kinds"),
}
NO_PHONE = "电话请写成 11 位手机号或带区号的座机，分机写“转8”。"
NO_KEEPER = "{name}的岗位不经办往来单位，或账号已停用。请选总务处、资产管理员或司务长。"
ONLY_OWN = "您经办自己登记的单位；换别人经办，请总务主任来改。"


def create_partner(
    *,
    name: str,
    kinds: Collection[str],
    credit_code: str = "",
    contact: str = "",
    phone: str = "",
    address: str = "",
    keeper: User | None = None,
    note: str = "",
    is_another: bool = False,
    by: Actor,
) -> Partner:
    """Enter a partner. `is_another` says that it is none of those whose names are nearly the same.

    Whoever keeps only his own partners becomes its 经办人. Raises `NotAllowed`; `RuleBroken` with the field
    for a taken name or code (the sentence names who has it), a name like another's unless `is_another`, a
    wrong code or phone, no kind, a 经办人 who cannot be one.
    """
    require(by, MANAGE)
    partner = Partner()
    if keeper is None and not keeps_all(by):
        keeper = by.user
    fill_partner(
        partner=partner, name=name, kinds=kinds, credit_code=credit_code, contact=contact, phone=phone,
        address=address, keeper=keeper, note=note, by=by,
    )  # fmt: skip
    _refuse_taken_code(partner)
    if not is_another:
        _refuse_alike(partner)
    partner.set_maker(by)
    save_or_refuse(partner, SENTENCES)
    return partner


def update_partner(
    *,
    partner: Partner,
    version: int | None,
    name: str,
    kinds: Collection[str],
    credit_code: str,
    contact: str,
    phone: str,
    address: str,
    keeper: User | None,
    note: str,
    by: Actor,
) -> Partner:
    """Change what is known of a partner. Raises as `create_partner`, and `EditedMeanwhile`.

    A name like another's is no reason to refuse here: it is corrected, not entered twice.
    """
    require(by, MANAGE, partner)
    partner = lock(partner)
    partner.expect_version(version)
    can_be_changed(partner).require()
    fill_partner(
        partner=partner, name=name, kinds=kinds, credit_code=credit_code, contact=contact, phone=phone,
        address=address, keeper=keeper, note=note, by=by,
    )  # fmt: skip
    _refuse_taken_code(partner)
    save_or_refuse(partner, SENTENCES)
    return partner


def stop_partner(
    *, partner: Partner, reason: str, on: date, version: int | None = None, by: Actor
) -> Partner:
    """Stop working with a partner from the day `on`, for a reason; its history stays.

    Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` without a reason, and when it is stopped already.
    """
    require(by, MANAGE, partner)
    partner = lock(partner)
    partner.expect_version(version)
    partner.retired_on, partner.retire_reason = on, reason.strip()
    move(partner, "stop", by=by, reason=reason, also=["retired_on", "retire_reason"])
    return partner


def resume_partner(*, partner: Partner, version: int | None = None, by: Actor) -> Partner:
    """Work with a partner again. Raises `NotAllowed`, `EditedMeanwhile`; `RuleBroken` for a merged one."""
    require(by, MANAGE, partner)
    partner = lock(partner)
    partner.expect_version(version)
    can_resume(partner).require()
    partner.retired_on, partner.retire_reason = None, ""
    move(partner, "resume", by=by, also=["retired_on", "retire_reason"])
    return partner


def fill_partner(
    *,
    partner: Partner,
    name: str,
    kinds: Collection[str],
    credit_code: str | None,
    contact: str,
    phone: str,
    address: str,
    keeper: User | None,
    note: str,
    by: Actor,
) -> None:
    """Set what a partner is, by the rules; `RuleBroken` with the field. Nothing is saved."""
    partner.name, partner.contact, partner.address = tidy(name), tidy(contact), tidy(address)
    partner.note = note.strip()
    if not partner.name:
        raise RuleBroken("请填写名称，照营业执照写全称。", field="name")
    # In the order of the list, so that the same kinds are the same value.
    partner.kinds = [str(kind) for kind in PartnerKind if kind in kinds]
    if not partner.kinds:
        raise RuleBroken("请至少选一个类别。", field="kinds")
    partner.credit_code = checked_code(credit_code)
    partner.phone = checked_phone(phone) if phone.strip() else ""
    _fill_keeper(partner, keeper, by)


def checked_code(typed: str | None) -> str | None:
    """A typed code in its stored form, None for none; `RuleBroken` for one that cannot be right."""
    code = normal_code(typed or "")
    if not code:
        return None
    decision = can_have_code(code)
    if not decision:
        raise RuleBroken(decision.reason, field="credit_code")
    return code


def checked_phone(typed: str) -> str:
    """A typed phone in its stored form; `RuleBroken` for what is none."""
    phone = normal_phone(typed)
    if not is_phone(phone):
        raise RuleBroken(NO_PHONE, field="phone")
    return phone


def _fill_keeper(partner: Partner, keeper: User | None, by: Actor) -> None:
    """A 经办人 who has gone stays until another is chosen; only who keeps all partners chooses."""
    key = keeper.pk if keeper is not None else None
    if partner.pk is not None and key == partner.keeper_id:
        return
    is_own = partner.pk is None and by.user is not None and key == by.user.pk
    if not keeps_all(by) and not is_own:
        raise RuleBroken(ONLY_OWN, field="keeper")
    if keeper is not None and not (keeper.is_active and keeper.has(MANAGE)):
        raise RuleBroken(NO_KEEPER.format(name=keeper.name), field="keeper")
    partner.keeper = keeper


def _refuse_taken_code(partner: Partner) -> None:
    holder = holder_of_code(partner.credit_code, but=partner if partner.pk else None)
    if holder is not None:
        raise RuleBroken(
            f"这个统一社会信用代码已登记在“{holder.name}”名下{_state_of(holder)}，请到它的页面修改，或核对代码。",
            field="credit_code",
        )


def _refuse_alike(partner: Partner) -> None:
    others = alike(partner.name)
    if any(each.name == partner.name for each in others):
        raise RuleBroken(NAME_TAKEN, field="name")
    if others:
        names = "、".join(f"“{each.name}”" for each in others)
        raise RuleBroken(
            f"和已登记的{names}名称相近。是同一家的，请到它的页面修改；确是另一家的，勾选“不是同一家”再保存。",
            field="is_another",
        )


def _state_of(partner: Partner) -> str:
    return "（已停止合作）" if partner.state == PartnerState.STOPPED else ""
