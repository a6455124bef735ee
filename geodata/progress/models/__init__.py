"""How far a project is: milestones, the plan of each year, the reports of each period, photos, requests, documents."""

from geodata.progress.models.photos import Photo
from geodata.progress.models.plans import YUAN, Milestone, PlanYear
from geodata.progress.models.reports import NodeTemplate, PeriodReport, ReportNode, WeeklyReporting
from geodata.progress.models.requests import Attachment, StatusRequest

__all__ = [
    "YUAN",
    "Attachment",
    "Milestone",
    "NodeTemplate",
    "PeriodReport",
    "Photo",
    "PlanYear",
    "ReportNode",
    "StatusRequest",
    "WeeklyReporting",
]
