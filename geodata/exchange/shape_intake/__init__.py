"""Coordinates that a person types or pastes, and a file, on their way into one project's geometry.

Nothing is written here: the answer is a geometry in EPSG:4490 with its evidence for the editor, or a question with one
geometry for each possible answer, or a refusal by row and column. `coordinates` and `files` are the two doors;
`typed/` reads text, `systems` decides the coordinate system, `drawing` builds the geometry.
"""

from geodata.exchange.shape_intake.coordinates import read_coordinates
from geodata.exchange.shape_intake.features import FILE_LIMITS
from geodata.exchange.shape_intake.files import ACCEPTED, read_upload
from geodata.exchange.shape_intake.systems import CHOICES

__all__ = ["ACCEPTED", "CHOICES", "FILE_LIMITS", "read_coordinates", "read_upload"]
