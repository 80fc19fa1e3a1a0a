"""The demonstration school's plan: one running plan around today, with some work done and some late.

Everything here is invented. Written through the same services as a real school's.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from calendar_plans.models import Item, Plan
from calendar_plans.periods import Period, PeriodKind, after, first_of, last_day, proposed_period
from calendar_plans.proposals import ProposedGoal, ProposedItem, ProposedMeasure, ProposedPlan
from calendar_plans.services import items as item_services
from calendar_plans.services import plans as plan_services
from calendar_plans.services.items import Assignment
from calendar_plans.services.sign_off import KIND, submit_month
from houqin.actors import Actor, Person
from houqin.approvals import services as approvals
from houqin.approvals.services import Conditions, SeatDraft, StepDraft
from houqin.approvals.states import SeatKind
from houqin.attachments.checking import check_file
from houqin.attachments.services import attach_files, store_file
from houqin.audit.context import set_context
from houqin.locking import begin_transaction
from houqin.people.models import User
from houqin.places.models import Place
from houqin.school_settings.services import change_setting

GUIDING = "围绕学校教育教学中心工作，为师生服务，勤俭办学，确保校园安全，事事有人做，件件有记录。"
GOALS = (
    ProposedGoal("小修当日完成，大修次日完成，报修满意率", "95% 以上"),
    ProposedGoal("固定资产账实相符，班级财产每学期清点", "2 次"),
    ProposedGoal("食堂日管控、周排查、月调度记录齐全，食品安全事故", "0 起"),
)
MEASURES = (
    ProposedMeasure(0, "1", "加强校产管理", ""),
    ProposedMeasure(1, "1", "", "严格材料购进和领出手续，领新收旧，登记签名。"),
    ProposedMeasure(1, "2", "", "班级财产登记到人，期初清点、期末核对。"),
    ProposedMeasure(0, "2", "做好日常维修", "每日巡视一次，小修不隔夜，大修不隔天。"),
    ProposedMeasure(0, "3", "抓好食堂管理", "落实留样、陪餐、晨检，及时处理师生意见。"),
)

# What an office does month by month: (work, role of who answers for it).
WORK: dict[int, tuple[tuple[str, str], ...]] = {
    1: (("期末班级财产核对，兑现损坏赔偿", "asset_manager"), ("寒假校园安全保卫和值班安排", "director"),
        ("关闭各楼层水电总阀，做好防冻", "repair_worker"), ("后勤人员年度绩效考核", "director")),
    2: (("开学前教室、宿舍设施全面检查维修", "repair_worker"), ("办公和清洁用品采购发放", "storekeeper"),
        ("收费公示和票据准备", "claims_clerk"), ("校园安全大检查和消杀", "director")),
    3: (("召开后勤人员工作会议", "director"), ("修补绿化带，补种草坪", "repair_worker"),
        ("食堂从业人员健康证核查", "food_safety_officer"), ("春季班级财产登记", "asset_manager")),
    4: (("疏通排水管道，储备防汛物资", "repair_worker"), ("运动会场地平整和器材检修", "repair_worker"),
        ("库房物资清点，领新收旧检查", "storekeeper"), ("消防设施检测，更换过期灭火器", "director")),
    5: (("安全自查，重点检查用电和燃气", "director"), ("期中班级财产检查", "asset_manager"),
        ("绿篱和绿化带修剪", "repair_worker"), ("食堂满意度调查", "canteen_manager")),
    6: (("中考考场布置和后勤保障", "director"), ("期末财产清点，回收办公物品", "asset_manager"),
        ("暑期维修项目申请和预算", "director"), ("防暑降温物资采购", "storekeeper")),
    7: (("暑期校舍维修和墙面粉刷", "repair_worker"), ("教室线路检修，更换老化插座", "repair_worker"),
        ("下学期课桌椅配备计划", "asset_manager"), ("暑期值班和校园保卫", "director")),
    8: (("开学前安全大排查", "director"), ("食堂设备检修和消毒", "canteen_manager"),
        ("教材和办公用品领取发放", "storekeeper"), ("宿舍床位和门锁检修", "repair_worker")),
    9: (("开学班级财产清点，签订责任书", "asset_manager"), ("食堂卫生和安全大检查", "food_safety_officer"),
        ("全校水电设施检修", "repair_worker"), ("签订定点采购合同", "claims_clerk")),
    10: (("消防演练物资和通道检查", "director"), ("食堂留样和陪餐记录抽查", "food_safety_officer"),
         ("树木修剪和病虫害防治", "repair_worker"), ("固定资产账物核对", "asset_manager")),
    11: (("冬季供暖设备检修和试运行", "repair_worker"), ("冬季运动会场地和器材保障", "repair_worker"),
         ("期中班级财产检查，登记损坏情况", "asset_manager"), ("宿舍用电安全普查，收缴违规电器", "director"),
         ("食堂从业人员食品安全培训", "food_safety_officer"), ("节水节电专项巡查", "director")),
    12: (("年终库房盘点，做到账实相符", "storekeeper"), ("防冻防滑检查，备足防滑沙和盐", "repair_worker"),
         ("期末考试考场桌椅和照明检修", "repair_worker"), ("本年度后勤工作总结", "director")),
}  # fmt: skip
# Words of the work above, and where in the demonstration school that is.
PLACES = {
    "食堂": "食堂", "库房": "综合楼 102 库房", "运动": "操场", "教室线路": "教学楼 101",
}  # fmt: skip
REQUIREMENTS = (
    "检查有记录，问题当天报修，三天内办结。",
    "分片负责，责任到人，完成后拍照存档。",
    "按清单逐项核对，双方签字确认。",
)


def load_demo_plan(*, on: date, by: Actor) -> Plan:
    """Draw up, start and carry out a term's plan around `on`, inside the transaction that made the school.

    Each act is signed by the invented person who would do it. Side effects: a running plan whose past months
    are settled but for a few items that are late.
    """
    staff = staff_by_role()
    director = Person(staff["director"])
    period = proposed_period(PeriodKind.TERM, (), on)
    proposal = ProposedPlan(_title(period), period, GUIDING, GOALS, MEASURES, tuple(_items(period)))
    department = director.user.department
    plan: Plan = _act(plan_services.create_plan, by=director, department=department, proposal=proposal)
    _act(plan_services.start_plan, by=director, plan=plan, on=period.first)
    _assign(plan, staff, director)
    _focus(plan, on, director)
    _act(
        change_setting, by=director, code="plans.remind_days", value="5", valid_from=on, on=on,
        reason="总务处例会商定：提前五天提醒，来得及备料",
    )  # fmt: skip
    _carry_out(plan, on)
    _file_papers(plan, director)
    _send_for_approval(plan, on, director, staff)
    set_context(by, service="load_demo_plan")
    plan.refresh_from_db()
    return plan


def _act(service: Callable[..., Any], *, by: Person, **arguments: Any) -> Any:
    """Call a service as `by`; no boundary of its own, because the school is made in one transaction.

    Nobody else is there yet whom an order of locks would protect, so each act begins it anew.
    """
    begin_transaction()
    set_context(by, service=service.__name__)
    return service(**arguments, by=by)


def _title(period: Period) -> str:
    school_year = period.first.year if period.first.month >= 8 else period.first.year - 1
    term = "一" if period.first.month >= 8 else "二"
    return f"{school_year}—{school_year + 1}学年第{term}学期总务处工作计划"


def _items(period: Period) -> list[ProposedItem]:
    return [
        ProposedItem(text, month, month, place)
        for month in period.months
        for place, (text, _) in enumerate(WORK[month.month], 1)
    ]


def _assign(plan: Plan, staff: dict[str, User], by: Person) -> None:
    owners = {text: role for work in WORK.values() for text, role in work}
    month_after_next = after(plan.first_month, 4)
    items = list(plan.items.filter(month__lt=month_after_next))
    assignments = tuple(
        Assignment(
            item=item,
            version=item.version,
            owner=staff[owners[item.content]],
            due_on=min(item.month + timedelta(days=6 + 6 * place % 24), last_day(item.month)),
            category=item.category,
        )
        for place, item in enumerate(items)
    )
    _act(item_services.assign_items, by=by, plan=plan, assignments=assignments)
    for place, item in enumerate(plan.items.filter(month__lt=month_after_next).select_related("plan")):
        facts = item_services.ItemFacts(
            month=item.month, through=item.through, content=item.content, category=item.category,
            requirement=REQUIREMENTS[place % len(REQUIREMENTS)], owner=item.owner, due_on=item.due_on,
            place=_place_of(item),
        )  # fmt: skip
        _act(item_services.update_item, by=by, item=item, version=item.version, facts=facts)


def _focus(plan: Plan, on: date, by: Person) -> None:
    for month in plan.months.filter(month=first_of(on)):
        focus = "供暖和用电安全\n期中班级财产检查" if on.month == 11 else "校园安全检查\n日常维修及时到位"
        _act(plan_services.set_focus, by=by, month=month, version=month.version, focus=focus)


def _carry_out(plan: Plan, on: date) -> None:
    for place, item in enumerate(plan.items.filter(month__lte=first_of(on), owner__isnull=False)):
        worker = Person(item.owner)
        if item.month < first_of(on) or (item.due_on < on and place % 3):
            _act(
                item_services.finish_item,
                by=worker,
                item=item,
                text="按要求完成，记录已存档。",
                on=item.due_on,
            )
        elif place % 2:
            text = "已安排人员，完成一半。"
            photo = _act(store_file, by=worker, file=check_file("检修现场.jpg", drawn_photo(place)))
            _act(
                item_services.report_progress, by=worker, item=item, text=text, on=min(on, item.due_on),
                attachments=[photo],
            )  # fmt: skip


def _place_of(item: Item) -> Place | None:
    """The room that the words of the work name, where the demonstration school has it."""
    for words, name in PLACES.items():
        if words in item.content:
            return Place.objects.filter(full_name=name).first()
    return None


def _file_papers(plan: Plan, by: Person) -> None:
    """The signed sheet of the plan, as a scanner makes it."""
    scan = _act(store_file, by=by, file=check_file("签字页扫描件.png", drawn_sheet()))
    _act(attach_files, by=by, to=plan, files=[scan], caption="校长办公会通过后的签字页")


def drawn_photo(seed: int) -> bytes:
    """A picture of a wall with a lamp, drawn here: the demonstration has no photo of a real place."""
    picture = Image.new("RGB", (1200, 900), (214, 208, 190))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 640, 1200, 900), fill=(140, 122, 98))
    left = 200 + 60 * (seed % 6)
    pen.rectangle((left, 120, left + 620, 170), fill=(250, 250, 240), outline=(90, 90, 90), width=4)
    pen.rectangle((left + 240, 330, left + 380, 520), fill=(245, 245, 245), outline=(90, 90, 90), width=4)
    return _encoded(picture, "JPEG")


def drawn_sheet() -> bytes:
    """A sheet with lines and three signatures that nobody can read."""
    picture = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((320, 120, 920, 160), fill=40)
    for line in range(260, 1300, 60):
        pen.line((140, line, 1100, line), fill=120, width=6)
    for column in (180, 520, 860):
        pen.arc((column, 1440, column + 160, 1560), 20, 300, fill=30, width=5)
    return _encoded(picture, "PNG")


def _encoded(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def _send_for_approval(plan: Plan, on: date, by: Person, staff: dict[str, User]) -> None:
    """Next month's work is on its way to the 校长, so that he finds something to decide."""
    members = [staff[role] for role in ("principal", "party_secretary", "vice_principal", "director")]
    _act(approvals.create_body, by=by, name="校长办公会", quorum=67, members=members)
    steps = (
        StepDraft(
            "分管副校长", [SeatDraft(SeatKind.ROLE, role="vice_principal", stand_in="principal")], hours=8
        ),
        StepDraft("校长", [SeatDraft(SeatKind.ROLE, role="principal", stand_in="party_secretary")], hours=16),
    )
    _act(approvals.create_route, by=by, name="月工作计划", kind=KIND, conditions=Conditions(), steps=steps)
    for month in plan.months.filter(month=after(first_of(on))):
        _act(submit_month, by=by, month=month)


def staff_by_role() -> dict[str, User]:
    """One person per role among those in use, the first who holds it."""
    found: dict[str, User] = {}
    for user in User.objects.active().order_by("pk"):
        for role in user.holdings.filter(ended_at=None).values_list("role", flat=True):
            found.setdefault(role, user)
    return found
