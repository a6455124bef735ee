"""Coded values of money and contracts."""

from django.db import models


class Level(models.TextChoices):
    """拨付层级: never summed across; 支付收款人 is what the payee receives."""

    ALLOCATION = "allocation", "财政下达"
    TO_UNIT = "to_unit", "拨付建设单位"
    TO_PAYEE = "to_payee", "支付收款人"


class PaymentStatus(models.TextChoices):
    """Cleared and returned count (returned with its negative amount), pending and void do not."""

    PENDING = "pending", "待清算"
    CLEARED = "cleared", "已清算"
    RETURNED = "returned", "已退回"
    VOID = "void", "已作废"


COUNTED = (PaymentStatus.CLEARED, PaymentStatus.RETURNED)


class PayMethod(models.TextChoices):
    DIRECT = "direct", "直接支付"
    AUTHORIZED = "authorized", "授权支付"
    TRANSFER = "transfer", "实拨"


class FundNature(models.TextChoices):
    GENERAL_PUBLIC = "general_public", "一般公共预算"
    GOVERNMENT_FUND = "gov_fund", "政府性基金"
    STATE_CAPITAL = "soe_capital", "国有资本经营预算"
    SPECIAL_ACCOUNT = "special_account", "财政专户"
    OTHER = "other", "其他"


class Purpose(models.TextChoices):
    """What a payment is for, classified from its text."""

    ADVANCE = "advance", "预付款"
    PROGRESS = "progress", "进度款"
    LABOUR = "labour", "人工费"
    SETTLEMENT = "settlement", "结算款"
    RETENTION = "retention", "质保金"
    OTHER = "other", "其他"


class ContractKind(models.TextChoices):
    CONSTRUCTION = "construction", "施工"
    SUPERVISION = "supervision", "监理"
    DESIGN = "design", "设计"
    SURVEY = "survey", "勘察"
    EPC = "epc", "EPC"
    CONSULTING = "consulting", "咨询"
    PURCHASE = "purchase", "采购"
    OTHER = "other", "其他"


class ChangeLevel(models.TextChoices):
    MINOR = "minor", "一般"
    MAJOR = "major", "较大"
    SIGNIFICANT = "significant", "重大"
