"""What belongs to no app: the door, search, the gallery, what one may not see, the dark."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop

ABSENT = "/plans/2222222222/"


def see_the_door(guide: Guide) -> None:
    """Before anybody is logged in: the login page, a wrong password, a page that is not there."""
    guide.visit("/login/", "login")
    guide.page.get_by_label("工号或手机号").fill("QX004")
    guide.page.get_by_label("密码").fill("不是这个密码")
    guide.page.get_by_role("button", name="登录").click()
    guide.page.get_by_text("没有登录成功").first.wait_for()
    guide.look("login-refused")
    guide.look_in_the_dark("login-dark")
    guide.visit("/no-such-page/", "error-absent-for-strangers", expect=404)


def see_errors(guide: Guide) -> None:
    """What is not there, what one may not see, and a form that is not one's own."""
    guide.visit(ABSENT, "error-absent", expect=404)
    guide.visit("/people/new/", "error-forbidden", expect=403)
    guide.expected = 403
    guide.visit("/account/", "account")
    guide.expected = 403
    guide.page.eval_on_selector_all(
        "input[name=csrfmiddlewaretoken]", "fields => fields.forEach(field => field.value = '')"
    )
    guide.page.eval_on_selector("form[action='/logout/']", "form => form.submit()")
    guide.page.wait_for_url("**/logout/")
    guide.look("error-forged")
    guide.look_in_the_dark("error-forged-dark")


def search(guide: Guide) -> None:
    """Everything by initials, by a word, and nothing."""
    for words, name in (("lws", "initials"), ("检查", "word"), ("没有这样的东西", "nothing")):
        guide.visit(f"/search/?q={words}", f"search-{name}")


def see_the_gallery(guide: Guide) -> None:
    """Every component on one page, light and dark."""
    guide.visit("/components/", "components")
    guide.look_in_the_dark("components-dark")


def change_a_setting(guide: Guide) -> None:
    """A value with its source and history; one beyond its bounds is refused, one for next year is shown."""
    address = "/settings/plans.remind_days/"
    guide.visit(f"{address}change/", "setting-change")
    guide.page.get_by_label("新的值").fill("99")
    guide.page.get_by_label("为什么改").fill("看看会怎样")
    guide.expected = 409
    guide.page.locator("main button.primary").click()
    guide.page.locator("[aria-invalid=true]").first.wait_for()
    guide.look("setting-refused")
    guide.expected = 200
    guide.visit(address, "setting-history")
    guide.look_in_the_dark("setting-history-dark")


def see_the_calendar(guide: Guide) -> None:
    """The month at hand, one with a national holiday, one in a vacation whose holidays nobody knows."""
    for month, name in (("", "this"), ("?month=2026-10", "holiday"), ("?month=2090-02", "unknown")):
        guide.visit(f"/calendar/{month}", f"calendar-{name}")
    guide.look_in_the_dark("calendar-dark")


def subscribe_to_the_calendar(guide: Guide) -> None:
    """An address for one's own phone, and closing it."""
    guide.visit("/calendar/subscribe/", "subscribe-empty")
    guide.visit("/calendar/subscribe/new/", "subscribe-new")
    guide.page.locator("main button.primary").click()
    guide.page.wait_for_url("**/calendar/subscribe/")
    guide.look("subscribe")
    guide.page.get_by_role("link", name="停用").first.click()
    guide.look("subscribe-stop")


def look_at_two_step_login(guide: Guide) -> None:
    """The QR code and the secret; a wrong code is refused. Nothing is turned on: others log in here too."""
    guide.visit("/account/two-step/", "two-step")
    guide.page.get_by_label("动态码").fill("000000")
    guide.page.get_by_label("登录密码").fill("不是这个密码")
    guide.page.locator("main button.primary").click()
    guide.page.locator("[aria-invalid=true]").first.wait_for()
    guide.look("two-step-refused")
    guide.look_in_the_dark("two-step-dark")


def see_home_in_the_dark(guide: Guide) -> None:
    """The page that everybody sees first."""
    guide.visit("/", "home-again")
    guide.look_in_the_dark("home-dark")


STOPS = (
    Stop("nobody", see_the_door),
    Stop(Role.DIRECTOR, search),
    Stop(Role.DIRECTOR, see_home_in_the_dark),
    Stop(Role.DIRECTOR, change_a_setting),
    Stop(Role.DIRECTOR, see_the_calendar),
    Stop(Role.TEACHER, subscribe_to_the_calendar, only_phone=True),
    Stop(Role.SYSTEM_ADMIN, see_the_gallery),
    Stop(Role.TEACHER, see_home_in_the_dark),
    Stop(Role.TEACHER, look_at_two_step_login),
    Stop(Role.TEACHER, see_errors),
)
