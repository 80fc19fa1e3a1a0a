"""What a bureau's own form of the month's sheet may ask for."""

from __future__ import annotations

from houqin.registry import FillablePaper, Registry

MONTH = FillablePaper(
    code="calendar_plans.month",
    label="月工作计划表",
    names={
        "学校": "学校名称",
        "部门": "计划所属部门",
        "年": "年份，如 2026",
        "月": "月份，如 9",
        "计划": "计划标题",
        "编号": "计划编号",
        "本月重点": "本月重点，一行一条",
        "填表日期": "下载那天的日期",
    },
    columns={
        "序号": "第几项",
        "类别": "类别",
        "内容": "工作内容",
        "措施": "措施要求",
        "责任人": "责任人姓名",
        "配合部门": "配合部门，用顿号隔开",
        "时限": "完成时限，如 9月20日",
        "完成情况": "报完成时写的情况",
        "备注": "备注，连同顺延的说明",
    },
)


def declare(registry: Registry) -> None:
    """Plug it into `registry`."""
    registry.add_fillable_paper(MONTH)
