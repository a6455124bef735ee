"""The demo accounts: invented people, one for each kind of work. Made only where ONEMAP_DEMO is on."""

from dataclasses import dataclass

from geodata.stewards.roles import Role

PASSWORD = "yueyang-demo-2026"  # noqa: S105 - printed on the log-in page of a demo, never used elsewhere


@dataclass(frozen=True)
class DemoAccount:
    username: str
    display_name: str
    who: str
    role: Role
    unit: str = ""  # code of the AreaUnit
    organisation: str = ""

    @property
    def password(self) -> str:
        return PASSWORD


ACCOUNTS = (
    DemoAccount("leader", "示例市领导", "市领导：全市只读", Role.CITY_LEADER),
    DemoAccount("hq", "示例指挥部", "指挥部管理员：全市维护、审核、发布", Role.HQ_ADMIN),
    DemoAccount("dispatcher", "示例调度员", "指挥部调度员：全市维护、审核", Role.HQ_DISPATCHER),
    DemoAccount("loudistrict", "岳阳楼区示例员", "岳阳楼区：本区项目", Role.COUNTY_STAFF, unit="430602"),
    DemoAccount("louapprover", "岳阳楼区示例审核", "岳阳楼区：审核本区他人填报", Role.COUNTY_STAFF, unit="430602"),
    DemoAccount("pingjiang", "平江县示例员", "平江县：本县项目", Role.COUNTY_STAFF, unit="430626"),
    DemoAccount("jkq", "经开区示例员", "经开区：本区项目", Role.COUNTY_STAFF, unit="ZONE_YYJKQ"),
    DemoAccount("finance", "示例财政", "财政：导入资金", Role.FINANCE),
    DemoAccount("hotline", "示例热线", "12345：导入工单", Role.HOTLINE_ADMIN),
    DemoAccount("auditor", "示例审计", "审计：全市只读", Role.AUDITOR),
    DemoAccount("sysadmin", "示例系统管理员", "系统管理员：只管账号，看不到业务数据", Role.SYSTEM_ADMIN),
    DemoAccount("secadmin", "示例安全管理员", "安全管理员：只管角色与权限", Role.SECURITY_ADMIN),
    DemoAccount("auditadmin", "示例审计管理员", "审计管理员：只看操作记录", Role.AUDIT_ADMIN),
)
_NOT_SHOWN = {"jkq", "auditor"}
SHOWN = tuple(account for account in ACCOUNTS if account.username not in _NOT_SHOWN)
