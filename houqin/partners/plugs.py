"""What the partners plug into the house: rights, a setting, notices, navigation, to-dos, search, files."""

from __future__ import annotations

from typing import Any

from houqin.actors import Actor
from houqin.partners import notices, permissions, selectors
from houqin.partners.demonstration import trade_with_demo_school
from houqin.partners.models import Partner, Qualification
from houqin.partners.rules import can_be_changed, can_write
from houqin.partners.states import MANAGE, READ
from houqin.people.access import allowed
from houqin.people.signals import demo_school_loaded
from houqin.registry import AttachmentParent, Navigation, Registry, Setting
from houqin.rules import Decision
from houqin.school_settings.kinds import Whole

GROUP = "往来单位"
REMIND_DAYS = Setting(
    code=selectors.REMIND_DAYS,
    label="资质到期前多少天提醒",
    kind=Whole(),
    default=30,
    floor=7,
    ceiling=180,
    unit="天",
    group=GROUP,
    source="学校自定；《食品安全法》第五十三条要求查验供货者的许可证，过期的证不能算查验过",
    help="在这么多天以内到期的营业执照、许可证列在“资质到期”里，并提醒经办人；到期那天再提醒一次。",
)


def declare(registry: Registry) -> None:
    """Plug everything into `registry`, and let the demonstration school have partners."""
    permissions.declare(registry)
    registry.add_setting(REMIND_DAYS)
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
    registry.add_navigation(
        Navigation("往来单位", "partners:partner-list", READ, GROUP, "handshake", order=60),
        Navigation("资质到期", "partners:ending", READ, GROUP, "calendar-clock", order=61),
    )
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.partners_found)
    registry.add_attachment_parent(AttachmentParent(Partner, to_partner, MANAGE, "partners:attach"))
    registry.add_attachment_parent(AttachmentParent(Qualification, to_paper, MANAGE, "partners:paper-attach"))
    demo_school_loaded.connect(trade_with_demo_school, dispatch_uid="houqin.partners.demo")


def to_partner(by: Actor, partner: Any) -> Decision:
    """Contracts and quotations, by whoever keeps the partner."""
    return allowed(by, MANAGE, partner) and can_be_changed(partner)


def to_paper(by: Actor, paper: Any) -> Decision:
    """Its scan, by whoever keeps the partner."""
    return allowed(by, MANAGE, paper) and can_write(paper)
