"""How far a project is: milestones, the plan of each year, the reports of each period, photos, requests, documents, and
what of photos and documents is let out."""

from geodata.progress.models.photos import Photo
from geodata.progress.models.plans import YUAN, Milestone, PlanYear
from geodata.progress.models.releases import Release
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
    "Release",
    "ReportNode",
    "StatusRequest",
    "WeeklyReporting",
]
