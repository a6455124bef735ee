"""The files of open data, made once for every snapshot out of the public database, and nothing else."""

from portal.publication.openfiles.making import make_files

__all__ = ["make_files"]
