"""What people plug into every page: their navigation, the search for people, resets to confirm, notices."""

from houqin.people.notices import KINDS
from houqin.people.selectors import codes_to_set_up_anew, people_found, resets_to_confirm
from houqin.registry import Navigation, Registry

GROUP = "人员与权限"


def declare(registry: Registry) -> None:
    """Plug the entries into `registry`."""
    registry.add_navigation(
        Navigation("教职工", "people:person-list", "houqin.user:list", GROUP, "users", order=80),
        Navigation(
            "部门", "people:department-list", "houqin.department:manage", GROUP, "building-2", order=81
        ),
        Navigation("班级", "people:class-list", "houqin.class:manage", GROUP, "school", order=82),
        Navigation("打印账号条", "people:slip-list", "houqin.password:reset", GROUP, "ticket", order=82),
        Navigation("密码重置", "people:reset-list", "houqin.reset:read", GROUP, "key-round", order=83),
        Navigation("学校名称", "people:school", "houqin.school:manage", "学校", "landmark", order=73),
        Navigation("请人代办", "people:acting-list", "houqin.acting:read", GROUP, "user-check", order=84),
        Navigation("权限一览", "people:role-table", "houqin.role_table:read", GROUP, "shield", order=84),
        Navigation("不相容岗位", "people:separation", "houqin.separation:read", GROUP, "shield", order=84),
        Navigation("基础资料后台", "admin:index", "houqin.reference:read", GROUP, "database", order=85),
    )
    registry.searches.append(people_found)
    registry.todos.append(resets_to_confirm)
    registry.todos.append(codes_to_set_up_anew)
    for kind in KINDS:
        registry.add_notice_kind(kind)
