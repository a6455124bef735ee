"""Writing areas: they stand below people in the record, so the question who may is asked here."""

from portal.administration.services.boundaries import save_boundary, version_of
from portal.administration.services.units import save_unit_names

__all__ = ["save_boundary", "save_unit_names", "version_of"]
