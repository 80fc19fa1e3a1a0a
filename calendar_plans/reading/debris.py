"""What is no part of the plan: web-page debris, related-article lists, signatures, closing words (§E trap 2).

Everything here only says where such text begins and why it is left out; nothing is thrown away.
"""

import re
from dataclasses import dataclass

from .marks import Mark
from .plain import at_line_start, is_chinese, trimmed

WEB = "网页残留"
CLOSING = "结语"
REMARK = "附注"
SIGNATURE = "落款"
PAGE_NUMBER = "页码"

_FOOTER = re.compile(
    r"相关(?:文章|推荐|阅读|链接|热词|范文|内容)|猜你(?:喜欢|感兴趣)|推荐阅读|延伸阅读|拓展阅读|热门(?:文章|推荐)|精选文章"
    r"|看(?:过|了).{0,30}?还(?:看|会看)|上一[篇页]\s*:|下一[篇页]\s*:|责任编辑|(?:本文|文章)(?:来源|链接|地址)|版权(?:所有|声明)"
    r"|免责声明|转载请(?:注明|保留)|返回(?:首页|列表|顶部)|点击下载|下载(?:文档|全文|此文)|打印本页|关闭窗口|分享到:?"
    r"|收藏本[站页]|(?:更多|以上).{0,20}?(?:请关注|请点击|敬请关注|就是小编)|https?://|www\.[a-z]|本站(?:不保证|声明|所有)"
    r"|扫一扫|关注(?:微信)?公众号|\[?全文完\]?|文档评论|文档下载|\d*亿?VIP|会员专享|\[?(?:打印|收藏|关闭)(?:此页|本页|此文|窗口)|Copyright|ICP备"
    r"|(?:用户|网友|我要)评论|举报(?:投诉|反馈)|微信扫码|更多精彩|(?:本文)?关键[词字]\s?:"
)
_WEB_LINE = re.compile(
    r"发布(?:时间|日期|者|于|\s*\||\s*$)|来源\s*:|作者\s*:|编辑\s*:|时间\s*:\s*\d{4}-|浏览(?:次数|量)?"
    r"|(?:阅读|点击|下载)(?:次|量|数)|\d\s?页|\bKB\b|首页|小编|范文|网站|https?:|申明|声明|文档介绍|版权"
    r"|当前位置|我要投稿|会员上传|点击下载|欢迎(?:大家)?(?:阅读|参考|借鉴)|供(?:大家)?参考|有所帮助"
)
# The words a related-article list is made of: 学校后勤工作总结 范文3篇 …
_ARTICLE = re.compile(
    r"(?:[★☆●•·◆*>\-]|\(?\d{1,2}[.、):]|\s)*\s*"
    r"[^\s。;,:!?★]{2,40}?(?:计划|总结|范文|模板|报告|心得|体会|方案|讲话稿|大全|精选|集锦|\d{1,2}篇|[一二三四五六七八九十]篇)"
    r"(?:\(?[\d一二三四五六七八九十]{0,3}篇?\)?|范文|模板|大全|精选|最新|\d{1,2}篇|[一二三四五六七八九十]篇)*\s*"
)
# The article's own title glued to the last task: …由某老师检查20XX年小学后勤工作计划相关文章
_GLUED_TITLE = re.compile(
    r"(?:20[\dXx]{2}|\d{4})[^。;,!?\n]{2,30}(?:计划|总结|范文|方案|要点)[^\s。;]{0,6}\Z"
)
_CLOSING = re.compile(
    r"总之|综上(?:所述)?[,:]|以上(?:就是|便是|是|计划|各项|安排|工作)|我们(?:坚信|相信|深信|将以|将一如既往|一定)"
    r"|我(?:坚信|相信)|相信[在通我]|后勤工作(?:任重|千头|琐碎)|一分耕耘|让我们"
    r"|(?:新的(?:学期|学年|一年|一学期|征程)|在(?:今后|以后|新)的)"
    # A task may begin like this too (新的学期开学前检修水电); closing words go on to wish or to vow.
    r"(?=.{0,200}?(?:我们|努力|奋斗|相信|贡献|饱满|再上|更好|一如既往|再接再厉))"
)
# The same without a year, named like a plan of a school, right before such a footer.
_NAME_BEGINS = re.compile(r"最新|关于|[小中]学|初中|高中|学校|幼儿园|校园|总务|后勤")
_GLUED_NAME = re.compile(
    rf"(?:{_NAME_BEGINS.pattern})[^\s。;,:]{{0,8}}(?:工作|后勤|总务)(?:处|科)?(?:工作)?"
    r"(?:计划|总结|方案|要点)[^\s。;,:]{0,12}\s?\Z"
)
# A remark below the last task speaks of the whole schedule (注：以上安排如有变动…).
_REMARK = re.compile(r"^[ \t]*(?:注|备注|附注|附|附件\d?|附表\d?|说明|抄送|抄报|报送|主送)\s?:", re.MULTILINE)
_NUMBER = r"[\d一二三四五六七八九十Xx×]{1,3}"
_DATE = (
    r"(?:20[\dXx×]{2}|[二2][0〇○零][\d一二三四五六七八九〇○零]{2})\s?[年./-]"
    rf"\s?{_NUMBER}\s?[月./-]?(?:\s?{_NUMBER}\s?日?)?"
)
_OFFICE = (
    r"[^\s。;,:、!?\-]{0,24}(?:安全办|保卫处|保卫科|教务处|德育处|总务处|后勤处|后勤科|总务科|办公室|后勤组|总务室|后勤部|后勤服务中心"
    r"|学校|小学|中学|幼儿园|学院)"
)
_SIGNATURE = re.compile(
    rf"-{{0,4}}(?:(?:{_OFFICE}、)?(?:{_OFFICE}|{_OFFICE}\s+{_DATE}|{_OFFICE}{_DATE}|{_DATE}|(?:制表|拟稿|执笔|撰稿|审核|审批|审定|签发|校对)人?\s?:\s?\S{{1,8}})\s*)+\Z"
)
_PAGE = re.compile(
    r"\s*(?:第?\s*\d{1,3}\s*页?\s*(?:[/,]?\s*共?\s*\d{1,3}\s*页)|-\s?\d{1,3}\s?-|第\s?\d{1,3}\s?页)\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """From ``start`` on, the text is left out because of ``why``."""

    start: int
    why: str


def is_web_line(line: str) -> bool:
    """Say whether one line (uniform text) before a plan comes from the page around it."""
    return _WEB_LINE.search(line) is not None


def is_table_head(line: str) -> bool:
    """Say whether a line is the head of a pasted table: 月份⇥工作内容⇥责任人."""
    words = line.split()
    return (
        len(words) > 1
        and all(len(word) <= 8 for word in words)
        and re.fullmatch("月份?|时间|周次|日期|序号", words[0]) is not None
        and re.search("内容|事项|工作|安排", line) is not None
    )


def is_page_line(line: str) -> bool:
    """Say whether a line is only a page number (第 2 页 共 5 页, - 3 -)."""
    return _PAGE.match(line) is not None


def tail(uniform: str, last_heading: int, end: int, title: str) -> list[Cut]:
    """Return where the text behind the plan begins, in order: closing words, signature, debris.

    ``last_heading`` is the last place that surely belongs to the plan; nothing before it is cut.
    """
    cuts: list[Cut] = []
    footer = _footer(uniform, last_heading, end, title)
    if footer is not None:
        cuts.append(Cut(footer, WEB))
        end = footer
    signature = _signature(uniform, last_heading, end)
    if signature is not None:
        cuts.append(Cut(signature, SIGNATURE))
        end = signature
    return cuts[::-1]


def closing(uniform: str, start: int, end: int) -> int | None:
    """Return where closing words begin in the plan's last text ``[start, end)``, or None."""
    for match in _CLOSING.finditer(uniform, start, end):
        position = match.start()
        before = uniform[position - 1] if position > start else ""
        fresh = at_line_start(uniform, position, start) or before.isspace()
        summing = match.group().startswith(("总之", "综上", "以上")) and before in "。;!"
        if position > start and (fresh or summing) and uniform[start:position].strip():
            return position
    return None


def own_text(uniform: str, marks: list[Mark], start: int, end: int) -> int:
    """Return where the plan's own numbers begin: notices of the page above them are no footer (§E trap 2)."""
    for mark in marks:
        line = uniform[mark.start : min(mark.start + 40, end)].partition("\n")[0]
        if mark.firm and mark.number == 1 and not (is_web_line(line) or _FOOTER.search(line)):
            return mark.start
    return start


def remark(uniform: str, start: int, end: int) -> int | None:
    """Return where a remark on the whole plan begins in its last text ``[start, end)``, or None."""
    match = _REMARK.search(uniform, start, end)
    return match.start() if match and uniform[start : match.start()].strip() else None


def stray_number(uniform: str, start: int, end: int) -> int | None:
    """Return where a page number glued to the plan's last words begins (…结帐兑现工作2), or None."""
    match = re.compile(r"(?<=[^\d\s])\s*\d{1,3}\s*\Z").search(uniform, max(start, end - 12), end)
    if match is None:
        return None
    first, _ = trimmed(uniform, match.start(), end)
    before = uniform[match.start() - 1]
    return match.start() if is_chinese(before) or (before in "。;" and first >= start) else None


def _footer(uniform: str, start: int, end: int, title: str) -> int | None:
    match = _FOOTER.search(uniform, start, end)
    position = match.start() if match else _article_list(uniform, start, end)
    if position is None:
        return None
    while position > start and uniform[position - 1] in "([<":  # (责任编辑:…)
        position -= 1
    line_start = uniform.rfind("\n", start, position) + 1
    window = max(start, line_start, position - 80)
    glued = _GLUED_TITLE.search(uniform, window, position) or _glued_name(uniform, window, position)
    if glued:
        return glued.start()
    if title and uniform.startswith(title, position - len(title)) and position - len(title) > start:
        return position - len(title)
    blank = max(uniform.rfind(" ", start, position), uniform.rfind("\n", start, position))
    if blank > start and _ARTICLE.fullmatch(uniform, blank + 1, position):
        return blank + 1
    return position


def _glued_name(uniform: str, start: int, end: int) -> re.Match[str] | None:
    """Find an article's name right before the footer; the shortest, so that no task is taken with it."""
    names = (
        _GLUED_NAME.match(uniform, word.start(), end) for word in _NAME_BEGINS.finditer(uniform, start, end)
    )
    return next((name for name in names if name is not None), None)


def _article_list(uniform: str, start: int, end: int) -> int | None:
    """Find two or more article titles at the very end, each a word of its own."""
    window = max(start, end - 1500)
    first = None
    words = list(re.compile(r"\S+").finditer(uniform, window, end))
    count = 0
    for word in reversed(words):
        if _ARTICLE.fullmatch(uniform, word.start(), word.end()) and not uniform[word.start()].isdigit():
            count += 1
            first = word.start()
        elif re.fullmatch(r"(?:\d{1,2}[.、]?|[★☆●•·◆*>\-]+)", word.group()) or (
            uniform[word.start()].isdigit() and _ARTICLE.fullmatch(uniform, word.start(), word.end())
        ):
            first = word.start() if count else first
            count += bool(_ARTICLE.fullmatch(uniform, word.start(), word.end()))
        else:
            break
    return first if count >= 2 else None


def _signature(uniform: str, start: int, end: int) -> int | None:
    """Find 某某小学总务处 2024年8月25日 at the end; it must stand on its own, after a blank or a line end."""
    window = max(start, end - 80)
    best = None
    for blank in re.compile(r"\s+").finditer(uniform, window, end):
        position = blank.end()
        if position < end and _SIGNATURE.match(uniform, position, end):
            best = position
            break
    if best is None:
        return None
    office_only = re.fullmatch(rf"{_OFFICE}\s*", uniform[best:end])
    return best if not office_only or at_line_start(uniform, best, start) else None
