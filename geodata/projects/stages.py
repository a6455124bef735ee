"""The twelve stages and the milestones that carry a project through them."""

from typing import Final, NamedTuple

from geodata.projects.choices import Stage, Status

ORDER: Final[tuple[Stage, ...]] = tuple(Stage)


class Node(NamedTuple):
    """A milestone of the catalogue."""

    code: str
    name: str


# In usual order; several may run side by side. M0802-M0819 are template nodes of the works, see progress/schedule.py.
NODES: Final[dict[Stage, tuple[Node, ...]]] = {
    Stage.RESERVE: (Node("M0101", "入库"), Node("M0102", "民意征集")),
    Stage.INITIATION: (Node("M0201", "项目建议书批复"), Node("M0202", "用地预审与选址意见书"), Node("M0203", "赋码")),
    Stage.FEASIBILITY: (
        Node("M0301", "可研批复"),
        Node("M0302", "社会稳定风险评估"),
        Node("M0303", "环评"),
        Node("M0304", "节能审查"),
    ),
    Stage.DESIGN: (
        Node("M0401", "勘察"),
        Node("M0402", "初步设计及概算批复"),
        Node("M0403", "施工图审查"),
        Node("M0404", "预算财评"),
    ),
    Stage.LAND_PLANNING: (Node("M0501", "用地规划许可"), Node("M0502", "征拆完成"), Node("M0503", "工程规划许可")),
    Stage.PROCUREMENT: (
        Node("M0601", "招标方案核准"),
        Node("M0602", "招标公告"),
        Node("M0603", "中标公示"),
        Node("M0604", "合同签订"),
    ),
    Stage.PRE_CONSTRUCTION: (
        Node("M0701", "质安监手续"),
        Node("M0702", "农民工工资专户"),
        Node("M0703", "工程款支付担保"),
        Node("M0704", "施工许可证"),
    ),
    Stage.CONSTRUCTION: (Node("M0801", "开工"), Node("M0820", "完工")),
    Stage.ACCEPTANCE: (
        Node("M0901", "预验收"),
        Node("M0902", "专项验收"),
        Node("M0903", "竣工验收"),
        Node("M0904", "竣工验收备案"),
    ),
    Stage.HANDOVER: (Node("M1001", "移交协议"), Node("M1002", "资产移交")),
    Stage.SETTLEMENT: (
        Node("M1101", "竣工结算审核"),
        Node("M1102", "竣工财务决算编报"),
        Node("M1103", "决算批复"),
        Node("M1104", "审计"),
        Node("M1105", "结余缴回"),
    ),
    Stage.OPERATION_EVALUATION: (
        Node("M1201", "运维责任书"),
        Node("M1202", "缺陷责任期满"),
        Node("M1203", "质保金返还"),
        Node("M1204", "绩效评价"),
        Node("M1205", "后评价"),
    ),
}

# The stage in which a project stands when a file names only its status.
USUAL_STAGE: Final[dict[Status, Stage]] = {
    Status.PRELIMINARY: Stage.RESERVE,
    Status.NOT_STARTED: Stage.PRE_CONSTRUCTION,
    Status.UNDER_CONSTRUCTION: Stage.CONSTRUCTION,
    Status.SUSPENDED: Stage.CONSTRUCTION,
    Status.WORKS_COMPLETED: Stage.ACCEPTANCE,
    Status.ACCEPTED: Stage.ACCEPTANCE,
    Status.HANDED_OVER: Stage.HANDOVER,
    Status.IN_OPERATION: Stage.OPERATION_EVALUATION,
    Status.CLOSED: Stage.OPERATION_EVALUATION,
    Status.CANCELLED: Stage.RESERVE,
}


def number(stage: str) -> int:
    """1 (谋划储备) … 12 (运维与后评价)."""
    return ORDER.index(Stage(stage)) + 1


def is_backward(before: str, after: str) -> bool:
    """Whether a change of stage goes back, which needs headquarters' leave and a reason."""
    return number(after) < number(before)


def of_node(code: str) -> Stage | None:
    """The stage of a milestone code (M0801 → construction), None for a code of no stage."""
    digits = code[1:3]
    if len(code) != 5 or code[0] != "M" or not code[1:].isdigit() or not 1 <= int(digits) <= len(ORDER):
        return None
    return ORDER[int(digits) - 1]
