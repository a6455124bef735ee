"""How far a project is: milestones, the plan of each year, the reports of each period, photos of the works."""

from geodata.progress.models.photos import Photo
from geodata.progress.models.plans import YUAN, Milestone, PlanYear
from geodata.progress.models.reports import PeriodReport

__all__ = ["YUAN", "Milestone", "PeriodReport", "Photo", "PlanYear"]
