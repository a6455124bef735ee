"""Names of bodies: their comparable form, whether a payee is a body or a person, and the check of credit codes."""

import re
import unicodedata
from typing import Final

_DROPPED: Final = re.compile(r"[\s《》“”\"'’‘·.,，。、\-—_]+")
# Endings that only bodies bear. Privacy comes first: a doubtful payee counts as a person and is not published by name.
_ENDINGS: Final = (
    "公司",
    "集团",
    "政府",
    "委员会",
    "管委会",
    "居委会",
    "村委会",
    "办公室",
    "办事处",
    "指挥部",
    "项目部",
    "经理部",
    "经营部",
    "事业部",
    "人民法院",
    "检察院",
    "研究院",
    "设计院",
    "勘察院",
    "监测院",
    "医院",
    "卫生院",
    "敬老院",
    "福利院",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "中心",
    "银行",
    "合作社",
    "合作联社",
    "信用社",
    "供销社",
    "协会",
    "学会",
    "商会",
    "联合会",
    "工会",
    "基金会",
    "事务所",
    "交易所",
    "研究所",
    "派出所",
    "管理所",
    "管理处",
    "管理站",
    "服务站",
    "水利站",
    "总站",
    "分局",
    "总队",
    "支队",
    "大队",
    "工程队",
    "工作队",
    "专用账户",
    "专户",
    "财政局",
    "出版社",
    "报社",
    "酒店",
    "商行",
    "商店",
    "门市部",
    "工厂",
    "水厂",
    "电厂",
    "林场",
    "农场",
    "国库",
    "合伙企业",
    "(有限合伙)",
    "(普通合伙)",
)
# One character is weak evidence: believed in names longer than a person's.
_WEAK_ENDINGS: Final = frozenset("局厅部处院所站厂场社队校园馆库署乡镇")
_LONGEST_PERSON: Final = 4
_ENGLISH: Final = re.compile(
    r"\b(ltd|limited|plc|llp|llc|inc|corp|company|co|council|trust|school|college|university|association|group|bank"
    r"|services|hospital|authority|partnership|foundation|society)\b\.?",
    re.IGNORECASE,
)
_BRANCH: Final = re.compile(r"(公司|银行|集团|中心).{0,20}(部|店|处|站|行|厂|户|分公司)$")
_SEVERAL_PEOPLE: Final = re.compile(r"等\d*[人户名]")
_TRAILING_BRACKET: Final = re.compile(r"\([^()]*\)$")


def name_key(name: str) -> str:
    """The comparable form of a name, kept as name_key: half-width, without blanks, quotes and strokes, lower case."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name)).casefold()


def bears_body_word(name: str) -> bool:
    """True only if the name by itself shows that it is a body's; everything else may be a natural person."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if _SEVERAL_PEOPLE.search(plain):
        return False
    key = re.sub(r"\s+", "", plain)
    if any(key.endswith(ending) for ending in _ENDINGS) or _BRANCH.search(key):
        return True
    bare = _TRAILING_BRACKET.sub("", key)
    if bare != key:  # 某某局(机关) is a body, 李某(个体) is not
        return bears_body_word(bare)
    if _ENGLISH.search(plain):
        return True
    return len(key) > _LONGEST_PERSON and key[-1:] in _WEAK_ENDINGS


_ACCOUNT: Final = re.compile(r"(农民工)?(工资)?(支付)?(专用|专项)?(账户|帐户|专户)$")


def without_account(name: str) -> str:
    """The body behind an account: 某公司农民工工资专用账户 is paid, 某公司 is meant."""
    plain = unicodedata.normalize("NFKC", name).strip()
    bare = _ACCOUNT.sub("", plain)
    return bare.rstrip("-—_() ") if bare != plain and bears_body_word(bare) else name.strip()


def is_natural_person(name: str) -> bool:
    """Whether a payee that matches no known organisation must be treated as a natural person."""
    return not bears_body_word(name)


# The hundred most frequent family names, which cover some nine tenths of all people.
_FAMILY_NAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤易聂阳文晏欧喻柳涂"
)
_HAN_NAME: Final = re.compile(r"[一-鿿](?:[一-鿿]|某|\*|×){1,3}")


def looks_like_a_person(name: str) -> bool:
    """A family name and one to three more characters, and nothing that a body bears: 张三, 欧阳修文, 李某某.

    Narrower than `is_natural_person`, which counts every doubtful name: 市残联 is doubtful, it is not like a person's.
    """
    key = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    likely = (
        bool(_HAN_NAME.fullmatch(key)) and key[0] in _FAMILY_NAMES and key[-1] not in _WEAK_ENDINGS | {"办", "委", "联"}
    )
    return likely and is_natural_person(name)


_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(text: str) -> str | None:
    """A 统一社会信用代码 in its normal form if its check character fits (GB 32100, modulo 31), else None."""
    code = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != 18 or any(character not in _ALPHABET for character in code):
        return None
    total = sum(_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return code if _ALPHABET[(31 - total % 31) % 31] == code[17] else None
