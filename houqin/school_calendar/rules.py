"""What the dates of terms and special days may be; pure."""

from __future__ import annotations

from datetime import date

from houqin.rules import Decision

LONGEST_TERM_DAYS = 250
LONGEST_SPECIAL_DAYS = 60
# A first term may begin in the second half of July and a second one end with August.
EARLIEST_MONTH, EARLIEST_DAY = 7, 15


def can_be_term(*, begins_in: int, first_on: date, last_on: date) -> Decision:
    """Whether the days can be a term of the school year that begins in the year `begins_in`."""
    if last_on <= first_on:
        return Decision.no("学期的最后一天要晚于第一天。")
    if (last_on - first_on).days > LONGEST_TERM_DAYS:
        return Decision.no(f"一个学期不会超过 {LONGEST_TERM_DAYS} 天，请核对年份。")
    if first_on < date(begins_in, EARLIEST_MONTH, EARLIEST_DAY) or last_on > date(begins_in + 1, 8, 31):
        return Decision.no(
            f"{begins_in}—{begins_in + 1}学年的日期应在 {begins_in}年7月15日到 {begins_in + 1}年8月31日之间。"
        )
    return Decision.yes()


def can_be_special(first_on: date, last_on: date) -> Decision:
    """Whether the days can be one special arrangement; vacations are what lies between the terms."""
    if last_on < first_on:
        return Decision.no("结束日期不能早于开始日期。")
    if (last_on - first_on).days >= LONGEST_SPECIAL_DAYS:
        return Decision.no(
            f"一次最多 {LONGEST_SPECIAL_DAYS} 天。寒暑假不用在这里填，按学期的起止日期自动算。"
        )
    return Decision.yes()
