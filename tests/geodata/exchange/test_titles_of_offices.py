"""Titles that offices give to columns of ours: an unknown one is left unread, so the usual ones must be known."""

import pytest

from geodata.exchange.datasets import dataset
from geodata.exchange.tables.headers import Titles, normalise_title

KNOWN = {
    ("projects", "ledger"): {
        "code": "项目统一代码 投资项目在线审批监管平台代码",
        "name": "工程名称 工程项目名称",
        "plan_year": "年度 计划年份 实施年度",
        "location": "建设地址 项目建设地点 项目所在地",
        "township": "所属乡镇 所在乡镇 所在镇街",
        "unit": "县市区 所属县（市、区）",
        "scope": "建设规模及主要内容 建设规模与内容",
        "total": "总投资额（万元） 投资规模(亿元) 项目总投资(人民币万元)",
        "actual_start": "开工时间 开工日期",
        "completed_on": "完工日期",
        "accepted_on": "竣工日期",
        "status": "项目状态 建设状态",
        "owner": "业主 建设单位（业主） 项目业主单位 建设单位名称",
        "contractor": "中标单位 施工单位名称",
        "households": "受益户数（户）",
        "population": "受益人口（人）",
        "sponsor": "联系领导",
        "problems": "存在的主要问题",
        "annual_plan": "年度投资计划(万元) 2026年投资计划 2026年度计划投资",
        "year_done": "本年累计完成投资",
        "total_done": "累计完成投资额 开工累计完成投资",
        "physical": "工程进度 项目形象进度",
    },
    ("disbursements", "payments"): {
        "pay_date": "拨付时间 付款日期",
        "payee": "收款单位名称 收款账户名称",
        "purpose": "资金用途",
        "amount": "拨付资金（元）",
    },
    ("complaints", "orders"): {
        "order_no": "诉求编号 案件编号",
        "content": "问题描述",
        "address": "发生地址 详细地址",
        "area": "县市区",
        "category": "问题分类",
    },
}


@pytest.mark.parametrize(
    ("kind", "layout", "key", "title"),
    [(*at, key, title) for at, columns in KNOWN.items() for key, titles in columns.items() for title in titles.split()],
)
def test_a_title_of_offices_is_known(kind: str, layout: str, key: str, title: str) -> None:
    titles = Titles(next(one for one in dataset(kind).layouts if one.key == layout))
    found = titles.find([normalise_title(title)[0]])
    assert found is not None
    assert found[1].key == key
