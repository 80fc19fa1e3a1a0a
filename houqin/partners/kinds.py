"""What an outside firm is to the school, and the papers that it must show."""

from __future__ import annotations

from django.db.models import TextChoices


class PartnerKind(TextChoices):
    """What a partner does for the school; most do one thing, some several."""

    SUPPLIER = "supplier", "物资供应商"
    FOOD = "food", "食材供应商"
    CATERER = "caterer", "供餐单位"
    REPAIR = "repair", "维修单位"
    BUILDER = "builder", "施工单位"
    UPKEEP = "upkeep", "维保单位"
    SERVICE = "service", "服务单位"
    WASTE = "waste", "废弃物处理单位"
    TESTING = "testing", "检测评估机构"
    OTHER = "other", "其他"


class PaperKind(TextChoices):
    """The licences and certificates (资质) that schools ask of such firms."""

    BUSINESS = "business", "营业执照"
    FOOD_TRADE = "food_trade", "食品经营许可证"
    FOOD_MAKING = "food_making", "食品生产许可证"
    FARM_PRODUCE = "farm_produce", "食用农产品承诺达标合格证"
    FIRE = "fire", "消防设施维护保养检测资质"
    LIFT = "lift", "电梯维护保养资质"
    BUILDING = "building", "建筑业企业资质证书"
    SAFE_BUILDING = "safe_building", "安全生产许可证"
    GUARDING = "guarding", "保安服务许可证"
    PESTS = "pests", "有害生物防制服务资质"
    WASTE = "waste", "餐厨垃圾收运处置许可证"
    TESTING = "testing", "检验检测机构资质认定证书"
    MANDATE = "mandate", "法人授权委托书"
    OTHER = "other", "其他证件"


# With food goes what the 食品安全员 looks through every week: 供货商资质.
FEEDING = frozenset({PartnerKind.FOOD, PartnerKind.CATERER})
