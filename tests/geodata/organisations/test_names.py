"""Who is a body, who is a person, and whether a credit code can be right."""

import pytest

from geodata.organisations.names import credit_code, is_natural_person, name_key, without_account


@pytest.mark.parametrize(
    "name",
    [
        "湖南示例建设集团有限公司",
        "湖南示例建设集团有限公司农民工工资专用账户",
        "中国建设银行股份有限公司岳阳示例支行营业部",
        "市住房和城乡建设局",
        "市财政局",
        "岳阳楼区人民政府",
        "南湖新区管委会",
        "示例村村民委员会",
        "岳阳市第一人民医院",
        "示例街道办事处",
        "湖南样例律师事务所",
        "示例投资中心(有限合伙)",
        "岳阳市水利局(机关)",
        "EXAMPLE BUILDERS LTD",
        "Sample County Council",
    ],
)
def test_a_name_with_an_organisations_suffix_is_a_body(name: str) -> None:
    assert not is_natural_person(name)


@pytest.mark.parametrize(
    "name", ["李四", "欧阳文局", "王大院", "张三等12人", "李某(个体)", "赵六、钱七", "司马厂", "J SMITH", "", "陈局"]
)
def test_everything_else_may_be_a_natural_person(name: str) -> None:
    assert is_natural_person(name)


def test_names_compare_without_width_blanks_and_marks() -> None:
    assert name_key("  市住建局(机关)\n") == name_key("市住建局（机关）")
    assert name_key("《示例》集团 有限公司") == "示例集团有限公司"
    assert name_key("ＡＢＣ公司") == "abc公司"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91350100M000100Y43", "91350100M000100Y43"),
        (" 91350100m000100y43 ", "91350100M000100Y43"),
        ("91350100M000100Y44", None),
        ("91350100M000100I43", None),
        ("9135", None),
    ],
)
def test_a_credit_code_is_checked_modulo_31(text: str, code: str | None) -> None:
    assert credit_code(text) == code


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("湖南示例建设集团有限公司农民工工资专用账户", "湖南示例建设集团有限公司"),
        ("湖南示例建设集团有限公司", "湖南示例建设集团有限公司"),
        ("李四专户", "李四专户"),
    ],
)
def test_a_wage_account_belongs_to_its_body(name: str, body: str) -> None:
    assert without_account(name) == body
