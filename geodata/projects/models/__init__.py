"""Tables of projects: the feature, its history, the yearly tasks it serves."""

from geodata.projects.models.history import GeometryVersion, InvestmentApproval, StatusChange
from geodata.projects.models.project import Category, Project, ProjectAreaShare, ProjectAssignment, ProjectParty
from geodata.projects.models.tasks import LivelihoodTask, TaskContribution

__all__ = [
    "Category",
    "GeometryVersion",
    "InvestmentApproval",
    "LivelihoodTask",
    "Project",
    "ProjectAreaShare",
    "ProjectAssignment",
    "ProjectParty",
    "StatusChange",
    "TaskContribution",
]
