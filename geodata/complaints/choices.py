"""Coded values of the 12345 hotline. Many labels, few classes: counting uses the class."""

from django.db import models


class OrderKind(models.TextChoices):
    COMPLAINT = "complaint", "投诉"
    HELP_REQUEST = "help_request", "求助"
    INQUIRY = "inquiry", "咨询"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "表扬"
    REPORT = "report_violation", "举报"


COMPLAINT_KINDS = (OrderKind.COMPLAINT, OrderKind.REPORT)


class OrderState(models.TextChoices):
    """Where an order stands on its way; `invalid` and `direct_answered` leave the denominator 应办理."""

    RECEIVED = "received", "受理"
    DIRECT_ANSWERED = "direct_answered", "直接答复"
    DISPATCHED = "dispatched", "派单"
    SIGNED = "signed", "签收"
    RETURNED = "returned", "退单"
    PROCESSING = "processing", "办理中"
    EXTENDED = "extended", "延期"
    REPLIED = "replied", "已答复"
    CLOSED = "closed", "办结"
    REWORKED = "reworked", "返工"
    INVALID = "invalid", "不予受理"


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
    UNKNOWN = "unknown", "不了解"
    UNRATED = "unrated", "未评价"


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", "建议"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "已否定"


class MatchMethod(models.TextChoices):
    RULE = "rule", "规则"
    PERSON = "person", "人工"
    FILE = "file", "文件"
