"""Coded values of warnings: each code is the stored value, each label what people read."""

from typing import Final

from django.db import models

from geodata.projects.choices import LightColour

__all__ = ["CLOSED_STATES", "OPEN_STATES", "EventKind", "Level", "LightColour", "RunState", "State"]


class Level(models.TextChoices):
    """How grave a warning is; in the order of the alphabet the graver one comes first."""

    RED = "red", "红色预警"
    YELLOW = "yellow", "黄色预警"


class State(models.TextChoices):
    """What became of a warning."""

    OPEN = "open", "待处理"
    ACKNOWLEDGED = "acknowledged", "已知悉"
    HANDLED = "handled", "已处置"
    CLOSED = "closed", "已关闭"
    AUTO_CLOSED = "auto_closed", "自动解除"


OPEN_STATES: Final = (State.OPEN, State.ACKNOWLEDGED, State.HANDLED)
CLOSED_STATES: Final = (State.CLOSED, State.AUTO_CLOSED)


class EventKind(models.TextChoices):
    """One step in the history of a warning."""

    OPENED = "opened", "发出预警"
    ESCALATED = "escalated", "升为红色"
    EASED = "eased", "降为黄色"
    REOPENED = "reopened", "再次发出"
    ACKNOWLEDGED = "acknowledged", "已知悉"
    HANDLED = "handled", "已处置"
    CLOSED = "closed", "关闭"
    AUTO_CLOSED = "auto_closed", "自动解除"


class RunState(models.TextChoices):
    """How far a back-test is."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "计算中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
