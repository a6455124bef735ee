"""A job on a machine without Landlock: the module hides it while it is imported, before the walls go up."""

from geodata.sandbox import landlock

landlock.abi_version = lambda: 0


def read(folder, *, limits):
    """Never reached."""
    return "reached"
