"""Grants: what opens a step. A permission comes with a role, a relation comes with the record itself."""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may carry: `resource:action`, alphabetical. Who holds them is in config/roles.toml."""

    ASSET_VIEW = "asset:view"
    BOARD_VIEW = "board:view"
    REQUISITION_APPROVE = "requisition:approve"
    SCHOOL_ADMIN = "school:admin"
    STATISTICS_VIEW = "statistics:view"
    WORK_ORDER_DISPATCH = "work_order:dispatch"
    WORK_ORDER_MEND = "work_order:mend"
    WORK_ORDER_OPEN = "work_order:open"
    WORK_ORDER_VIEW = "work_order:view"


class Relation(StrEnum):
    """How somebody stands to one record."""

    REPORTER = "is:reporter"
    TEAM = "is:team"  # belongs to the team that owns the category, and has not refused this one
    ASSIGNEE = "is:assignee"
    CANDIDATE = "is:candidate"  # a transfer was offered to them
    HELPER = "is:helper"  # was asked by the assignee to lend a hand
    FORMER = "is:former"  # had it in hand before somebody else took it
    LEAD = "is:lead"  # holds work_order:dispatch
    CLOCK = "is:clock"  # nobody: time has passed


Grants = frozenset[Permission | Relation]
