"""What follows an edited boundary."""

from procrastinate.contrib.django import app

from geodata.audit import acting
from geodata.projects.services import locate_projects


@app.task(queue="default", queueing_lock="locate-projects")
def locate_after_boundary(user_id: int | None = None) -> None:
    """Assigns county and township of every project anew, as the person who changed the boundary."""
    with acting(user_id=user_id, reason="locate_projects"):
        locate_projects()
