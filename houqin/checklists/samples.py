"""Sample checklists for a school to begin with: 开学检查 of a classroom, a function room and a canteen.

The items are those that school safety rules and the public school forms ask for (消防法 第十六条,
《中小学幼儿园安全管理办法》, 《餐饮服务食品安全操作规范》); a school changes them as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from houqin.checklists.states import ItemKind
from houqin.places.kinds import RoomKind


@dataclass(frozen=True, slots=True)
class Sample:
    """A checklist to begin with, for these kinds of rooms."""

    name: str
    kinds: Sequence[str]
    note: str
    items: Sequence[dict[str, Any]]
    is_round_the_clock: bool = False
    rectify_hours: int = 22


def _item(section: str, text: str, points: int = 5, **more: Any) -> dict[str, Any]:
    return {"section": section, "text": text, "points": points, **more}


def _key(section: str, text: str, guidance: str = "") -> dict[str, Any]:
    return _item(section, text, 10, is_key=True, guidance=guidance)


PHOTO = {"section": "其他", "text": "整体照片", "kind": ItemKind.PHOTO, "may_be_na": True}
REMARK = {"section": "其他", "text": "其他情况", "kind": ItemKind.TEXT, "may_be_na": True}

CLASSROOM = Sample(
    "开学检查（教室）",
    (RoomKind.CLASSROOM,),
    "开学前逐间检查，发现问题开整改单。",
    (
        _key("结构和门窗", "墙体、天花板无开裂、脱落、渗漏", "抬头看四角和梁，雨后重点看"),
        _item("结构和门窗", "门窗、玻璃、锁具完好，开关灵活"),
        _item("结构和门窗", "窗户限位、护栏牢固", 10, may_be_na=True),
        _key("用电", "插座、开关无破损，电线无裸露", "看墙面插座、讲台下、多媒体柜后"),
        _item("用电", "灯管全亮，吊扇、风扇牢固"),
        _item("用电", "多媒体、空调能正常使用", may_be_na=True),
        _item("用电", "课桌面照度", 5, kind=ItemKind.NUMBER, unit="lx", least=Decimal(300),
              may_be_na=True, guidance="GB 7793 课桌面维持平均照度不低于 300 lx"),
        _item("桌椅设施", "课桌椅够数、稳固、无突出钉子"),
        _item("桌椅设施", "黑板、讲台、公告栏完好"),
        _key("安全", "前后门都能打开，通道无杂物"),
        _item("卫生", "地面、墙面、窗台干净", 5, kind=ItemKind.CHOICE, choices=["好", "一般", "差"],
              passing=["好", "一般"]),
        REMARK,
        PHOTO,
    ),
)  # fmt: skip
FUNCTION_ROOM = Sample(
    "开学检查（功能室、实验室）",
    (RoomKind.FUNCTION,),
    "实验室、计算机室、音乐室等开学前检查。",
    (
        _key("用电", "总闸、漏电保护器灵敏有效", "按试验按钮，应立即跳闸"),
        _key("用电", "插座、电线无破损、无私拉乱接"),
        _item("用电", "设备通电正常，人走断电有提示"),
        _key("消防", "灭火器在位，压力在绿区，铅封和保险销完好"),
        _item("消防", "灭火器数量", 0, kind=ItemKind.NUMBER, unit="具", least=Decimal(2)),
        _item("消防", "安全出口和通道畅通，标志清楚", 10),
        _key("危险物品", "药品、试剂分类存放，双人双锁", "没有危险物品的选不适用") | {"may_be_na": True},
        _item("危险物品", "通风橱、洗眼器能用", may_be_na=True),
        _item("管理", "使用登记、操作规程上墙"),
        _item("管理", "仪器设备摆放整齐，标签清楚"),
        _item("卫生", "台面、水槽、地面干净", 5, kind=ItemKind.CHOICE, choices=["好", "一般", "差"],
              passing=["好", "一般"]),
        REMARK,
        PHOTO,
    ),
)  # fmt: skip
CANTEEN = Sample(
    "开学检查（食堂）",
    (RoomKind.CANTEEN,),
    "开学供餐前检查；依据《餐饮服务食品安全操作规范》和学校食堂日管控要求。",
    (
        _key("人员", "从业人员健康证全部在有效期内"),
        _item("人员", "工作衣帽、口罩、手部消毒用品齐全"),
        _key("原料", "库存食品无过期、变质，票证齐全"),
        _item("原料", "食品离墙离地 10 厘米以上，分类存放"),
        _key("设备", "冷藏、冷冻设备运转正常"),
        _item("设备", "冷藏柜温度", 10, kind=ItemKind.NUMBER, unit="℃", least=Decimal(0), most=Decimal(8),
              guidance="看柜内温度计，不看显示屏"),
        _item("设备", "冷冻柜温度", 5, kind=ItemKind.NUMBER, unit="℃", most=Decimal(-12), may_be_na=True),
        _key("清洗消毒", "消毒柜、洗碗设备正常，餐具已洗净消毒保洁"),
        _item("加工场所", "生熟、荤素刀板容器分开，标志清楚", 10),
        _item("加工场所", "防蝇、防鼠、防尘设施完好", 10),
        _key("安全", "燃气阀门、报警器、灶具无泄漏"),
        _item("安全", "灭火毯、灭火器在位有效"),
        _item("留样", "留样柜、留样盒、记录本齐备", 10),
        REMARK,
        PHOTO,
    ),
    is_round_the_clock=True,
    rectify_hours=24,
)  # fmt: skip

SAMPLES = {"classroom": CLASSROOM, "function": FUNCTION_ROOM, "canteen": CANTEEN}
