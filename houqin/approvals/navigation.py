"""What the approval chain plugs into every page: navigation, to-dos, a figure, search, its number series."""

from houqin.approvals import notices, permissions, selectors
from houqin.registry import Navigation, Registry, Series

GROUP = "审批"


def declare(registry: Registry) -> None:
    """Plug everything into `registry`."""
    permissions.declare(registry)
    registry.add_series(Series("approvals.request", "审批单", "SP"))
    registry.add_navigation(
        Navigation(
            "审批", "approvals:request-list", "houqin.approval:read", GROUP, "stamp", 20, on_phone=True
        ),
        Navigation(
            "审批流程", "approvals:route-list", "houqin.approval_route:read", GROUP, "route", order=21
        ),
        Navigation(
            "议事会议", "approvals:body-list", "houqin.meeting_body:read", GROUP, "users-round", order=22
        ),
    )
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.search_for)
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
