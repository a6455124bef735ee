"""Addresses of the staff site."""

from django.urls import path

from portal.workbench.views import project, project_map

app_name = "workbench"
urlpatterns = [
    path("map/", project_map.page, name="map"),
    path("workbench/projects/<str:code>/", project.page, name="project"),
    path("staff-tiles/<slug:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", project_map.tile, name="tile"),
]
