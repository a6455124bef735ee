"""Texts in Chinese that Python writes for people have full-width punctuation, as the translations have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
CHINESE = "\u4e00-\u9fff“”《》〔〕、。，；：？！（）…"
ANY = re.compile("[\u4e00-\u9fff“]")
# a sign beside a Chinese one; beside a value ({}) it is found where the text is Chinese on its other side
HALF_WIDTH = re.compile(rf"[{CHINESE}][,;:?!()]|[,;:?!()][{CHINESE}]|\}}[,;:](?=[{CHINESE}])")
# a unit behind the name of a column, as the city's own tables write it
COLUMN = re.compile(r"[^,;:?!]{1,24}\((元|万元|%|个|件|份|天|次|米|平方米|字节|像素)\)")
PATTERN = re.compile(r"\(\?|\\[dsw(]|^\^|\$$|\[[^]]*[:(）(]|\]\?")  # of a regular expression

# what is read, compared or kept as it stands
FORMATS = {
    **dict.fromkeys(
        ("乡镇(街道)", "县(市、区)", "所属县(市、区)", "所在县(市、区)", "县(市区)"),
        ("geodata/exchange/datasets/projects_layouts.py",),
    ),
    "坐标(经度,纬度)": ("geodata/exchange/places.py",),
    "摘要(用途)": ("geodata/exchange/datasets/disbursements.py",),
    "(有限合伙)": ("geodata/organisations/names.py",),
    "(普通合伙)": ("geodata/organisations/names.py",),
    # in the chain of what was published
    "个人(不公开)": (
        "portal/publication/allowlist.py",
        "portal/public/selectors/companies.py",
        "portal/opendata/oc4ids/values.py",
    ),
    "数据库地址须写成 postgresql://用户:口令@主机:端口/库名": ("portal/settings/databases.py",),
}
# a notice of the State Council as somebody pastes it; both widths occur
PASTED = "geodata/workdays/known.py"


def faults(path: Path) -> Iterator[str]:
    name = str(path.relative_to(HERE))
    for line, text in _texts(ast.parse(path.read_text())):
        if not (ANY.search(text) and HALF_WIDTH.search(text)) or PATTERN.search(text) or COLUMN.fullmatch(text):
            continue
        if name not in FORMATS.get(text, ()) and name != PASTED:
            yield f"{name}:{line}: {text}"


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string with its line; of one with values, these as {}. Without the docstrings."""
    nodes = list(ast.walk(tree))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts | said:
            yield node.lineno, node.value


@pytest.mark.parametrize("package", ["geodata", "dashboards", "portal"])
def test_chinese_texts_have_full_width_punctuation(package: str) -> None:
    files = [path for path in sorted((HERE / package).rglob("*.py")) if "migrations" not in path.parts]
    assert files
    assert not [fault for path in files for fault in faults(path)]


def test_the_search_finds_what_is_half_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.architecture.test_punctuation.HERE", tmp_path)
    sample = tmp_path / "sample.py"
    sample.write_text(
        'a = "请核对,谢谢"\nb = f"共 {n} 个(含)"\nc = f"{x}:合计"\nd = f"占{x},到位"\ne = "总投资(元)"\nf = "甲,乙"\n'
    )
    assert [fault.split(":")[1] for fault in faults(sample)] == ["1", "2", "3", "4", "6"]
