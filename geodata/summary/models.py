"""The stored totals of projects, and the flat row that every list, map, file and indicator reads."""

from geodata.summary.lights import ProjectLight
from geodata.summary.rows import ProjectRow, ProjectRows
from geodata.summary.totals import ProjectTotals

__all__ = ["ProjectLight", "ProjectRow", "ProjectRows", "ProjectTotals"]
