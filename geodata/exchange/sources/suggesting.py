"""Which column of ours a foreign column probably is: by its title, by words that mean the same, by its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from geodata.exchange.columns import Column, Kind, Layout
from geodata.exchange.mappings import Options
from geodata.exchange.sources.sketches import Sketch
from geodata.exchange.tables.cells import CONVERTERS, Reading, Rounded
from geodata.exchange.tables.headers import Titles, normalise_title
from geodata.figures import Unreadable
from geodata.sandbox.documents import Cell

ENOUGH: Final = 0.62
# English of open data portals and its Chinese, word by word
_MEANINGS: Final = {
    "supplier": "收款人",
    "vendor": "收款人",
    "payee": "收款人",
    "beneficiary": "收款人",
    "transaction": "支付凭证号",
    "ref": "支付凭证号",
    "reference": "支付凭证号",
    "sum": "金额",
    "voucher": "支付凭证号",
    "payment": "支付",
    "paid": "支付日期",
    "date": "日期",
    "created": "受理时间",
    "opened": "受理时间",
    "closed": "办结时间",
    "amount": "金额",
    "total": "总投资",
    "cost": "总投资",
    "budget": "总投资",
    "value": "金额",
    "department": "预算单位",
    "body": "预算单位",
    "directorate": "预算单位",
    "purpose": "摘要",
    "narrative": "摘要",
    "title": "标题",
    "description": "内容",
    "address": "地址",
    "status": "状态",
    "type": "类型",
    "category": "分类",
    "project": "项目名称",
    "contract": "合同编号",
    "contractor": "施工单位",
    "ticket": "工单编号",
    "case": "工单编号",
    "request": "工单编号",
    "longitude": "经度",
    "latitude": "纬度",
    "start": "实际开工",
    "end": "计划竣工时间",
    "year": "计划年度",
    "channel": "渠道",
    "district": "所属区域",
    "phone": "电话",
}
# Words of offices for what our layouts call otherwise; of several in one title the first that stands here
_SAID: Final = {
    "门类": "项目类别",
    "分类": "项目类别",
    "类型": "项目类别",
    "归口": "责任单位",
    "主管": "责任单位",
    "片区": "属地管理单位",
    "镇街": "乡镇街道",
    "乡镇": "乡镇街道",
    "坐落": "建设地点",
    "选址": "建设地点",
    "地段": "建设地点",
    "位置": "建设地点",
    "造价": "总投资",
    "投资": "总投资",
    "工程量": "建设规模和内容",
    "规模": "建设规模和内容",
    "工期": "建设起止年限",
    "进展": "形象进度",
    "进度": "形象进度",
    "业主": "建设单位",
    "法人": "建设单位",
    "甲方": "建设单位",
    "乙方": "施工单位",
    "承包": "施工单位",
    "中标": "施工单位",
    "包联": "联点领导",
    "困难": "存在问题",
    "附注": "备注",
    "说明": "备注",
    "凭单": "支付凭证号",
    "收款": "收款人全称",
    "供应商": "收款人全称",
    "户名": "收款人全称",
    "付款日": "支付日期",
    "拨款日": "支付日期",
    "付款": "支付金额",
    "拨款": "支付金额",
    "用途": "摘要",
    "事由": "摘要",
    "案件": "工单编号",
    "流水": "工单编号",
    "反映": "诉求内容",
}
MONTHS: Final = 12
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")
_WORD: Final = re.compile(r"[a-z]+")
_BY_VALUE: Final = (Kind.DATE, Kind.AMOUNT, Kind.MOMENT)


def suggest(sketch: Sketch, layout: Layout) -> dict[int, str]:
    """Our column for each column that a person would probably choose; each of ours at most once."""
    titles = Titles(layout)
    found: dict[int, str] = {}
    scored: list[tuple[float, int, str]] = []
    for position, title in enumerate(sketch.titles):
        hit = titles.find([normalise_title(title)[0]]) if title else None
        if hit is not None:
            scored.append((2.0 - hit[0] / 10, position, hit[1].key))
        elif title:
            fitting = (column for column in layout.columns if _worded(sketch, title, column))
            scored.extend((likeness(title, column), position, column.key) for column in fitting)
    for score, position, key in sorted(scored, key=lambda one: (-one[0], one[1])):
        if score >= ENOUGH and position not in found and key not in found.values():
            found[position] = key
    _by_value(sketch, layout, found)
    return found


def _worded(sketch: Sketch, title: str, column: Column) -> bool:
    """A column of our fixed words is meant only by one that holds one of them, unless nobody knows its words."""
    words = sketch.words.get(title, ())
    known = {*column.choices, *column.choices.values()}
    return column.kind is not Kind.CHOICE or column.required or any(word in known for word in words)


def likeness(title: str, column: Column) -> float:
    """From 0 to 1: how much a foreign title says what a column's titles say."""
    said = normalise_title(title)[0]
    words = _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", title).lower())
    meant = [_MEANINGS[word] for word in words if word in _MEANINGS]
    meant += [meaning for word, meaning in _SAID.items() if word in said]
    best = 0.0
    for known in (*column.titles, column.key):
        name = normalise_title(known)[0]
        if len(said) > 1 and (said in name or name in said):
            best = max(best, 0.7 + 0.2 * min(len(said), len(name)) / max(len(said), len(name)))
        best = max(best, SequenceMatcher(None, said, name, autojunk=False).ratio())
        for place, meaning in enumerate(meant):
            if meaning == name:
                best = max(best, 0.85 - place / 100)
            elif meaning in name:
                best = max(best, 0.65 - place / 100)
    return best


def day_order(sketch: Sketch) -> str:
    """The word dmy or mdy where days stand in text with slashes and one of the first two numbers cannot be a month."""
    pairs = [
        (int(found[1]), int(found[2]))
        for row in sketch.rows
        for cell in row
        if isinstance(cell.value, str) and (found := _SLASHED.match(cell.value.strip()))
    ]
    if any(first > MONTHS for first, _second in pairs):
        return "dmy"
    return "mdy" if any(second > MONTHS for _first, second in pairs) else ""


def _by_value(sketch: Sketch, layout: Layout, found: dict[int, str]) -> None:
    """A needed day or amount without a column: the only remaining column whose values are such."""
    for column in layout.columns:
        if not column.required or column.kind not in _BY_VALUE or column.key in found.values():
            continue
        fitting = [at for at in range(len(sketch.titles)) if at not in found and _reads(sketch, at, column)]
        if len(fitting) == 1:
            found[fitting[0]] = column.key


def _reads(sketch: Sketch, position: int, column: Column) -> bool:
    cells: Sequence[Cell] = [row[position] for row in sketch.rows if position < len(row)]
    filled = [cell for cell in cells if cell.value not in (None, "")]
    reading = Reading(column, column.unit or "元", Options(unit="元"), date1904=False)
    for cell in filled:
        try:
            CONVERTERS[column.kind](cell, reading)
        except Rounded:
            continue
        except (Unreadable, ValueError, ArithmeticError):
            return False
    return bool(filled) and column.kind is not Kind.MOMENT
