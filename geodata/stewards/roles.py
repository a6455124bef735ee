"""The roles and what each may do: a pure table, read by services, views and the permission matrix in the tests."""

from django.db import models


class Role(models.TextChoices):
    """Who works with the record (docs/data-dictionary.md)."""

    CITY_LEADER = "city_leader", "市领导"
    HQ_ADMIN = "hq_admin", "指挥部管理员"
    HQ_DISPATCHER = "hq_dispatcher", "指挥部调度员"
    LEAD_DEPT = "lead_dept", "牵头部门"
    COUNTY_STAFF = "county_staff", "县区人员"
    OWNER_UNIT = "owner_unit", "建设单位"
    FINANCE = "finance", "财政"
    HOTLINE_ADMIN = "hotline_admin", "12345热线"
    AUDITOR = "auditor", "审计"
    EVALUATOR = "evaluator", "第三方评估"
    SYSTEM_ADMIN = "sysadmin", "系统管理员"
    SECURITY_ADMIN = "secadmin", "安全管理员"
    AUDIT_ADMIN = "auditadmin", "审计管理员"


class Action(models.TextChoices):
    """What a page or service asks leave for."""

    VIEW_PROJECTS = "view_projects", "查看项目"
    VIEW_CITY_FIGURES = "view_city_figures", "查看全市汇总"
    EDIT_PROJECTS = "edit_projects", "维护项目"
    APPROVE = "approve", "审核"
    IMPORT_MONEY = "import_money", "导入资金"
    IMPORT_ORDERS = "import_orders", "导入工单"
    REVEAL_PERSON = "reveal_person", "查看诉求人信息"
    NAME_PAYEES = "name_payees", "查看个人收款人姓名"
    PUBLISH = "publish", "发布"
    VIEW_ACCOUNTS = "view_accounts", "查看账号"
    MANAGE_USERS = "manage_users", "管理账号"
    MANAGE_GRANTS = "manage_grants", "管理权限"
    MANAGE_CODES = "manage_codes", "维护代码表"
    VIEW_AUDIT = "view_audit", "查看审计记录"


_VIEW = frozenset({Action.VIEW_PROJECTS, Action.VIEW_CITY_FIGURES})
_EDIT = _VIEW | {Action.EDIT_PROJECTS}

ALLOWED: dict[str, frozenset[Action]] = {
    Role.CITY_LEADER: _VIEW,
    Role.HQ_ADMIN: _EDIT
    | {Action.APPROVE, Action.IMPORT_MONEY, Action.IMPORT_ORDERS, Action.NAME_PAYEES, Action.PUBLISH}
    | {Action.MANAGE_CODES, Action.VIEW_AUDIT},
    Role.HQ_DISPATCHER: _EDIT | {Action.APPROVE, Action.NAME_PAYEES},
    Role.LEAD_DEPT: _EDIT,
    Role.COUNTY_STAFF: _EDIT | {Action.APPROVE},  # of rows that another person of the unit submitted
    Role.OWNER_UNIT: _EDIT,
    Role.FINANCE: _VIEW | {Action.IMPORT_MONEY, Action.NAME_PAYEES},
    Role.HOTLINE_ADMIN: _VIEW | {Action.IMPORT_ORDERS, Action.REVEAL_PERSON},
    Role.AUDITOR: _VIEW | {Action.NAME_PAYEES, Action.VIEW_AUDIT},
    Role.EVALUATOR: frozenset({Action.VIEW_PROJECTS}),
    # the three administrators of GB/T 22239 see no business data
    Role.SYSTEM_ADMIN: frozenset({Action.VIEW_ACCOUNTS, Action.MANAGE_USERS}),
    Role.SECURITY_ADMIN: frozenset({Action.VIEW_ACCOUNTS, Action.MANAGE_GRANTS}),
    Role.AUDIT_ADMIN: frozenset({Action.VIEW_AUDIT}),
}

# roles whose holders log in with a one-time code as well (GB/T 22239: two ways of proving who one is)
NEEDS_SECOND_FACTOR = frozenset(
    {
        Role.HQ_ADMIN,
        Role.HQ_DISPATCHER,
        Role.FINANCE,
        Role.HOTLINE_ADMIN,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
    }
)

# the three administrators of GB/T 22239: each by himself, and none with a role of the business
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# roles whose rows are not limited to a unit, an organisation or assigned projects
CITY_WIDE = frozenset(
    {
        Role.CITY_LEADER,
        Role.HQ_ADMIN,
        Role.HQ_DISPATCHER,
        Role.FINANCE,
        Role.HOTLINE_ADMIN,
        Role.AUDITOR,
    }
)
