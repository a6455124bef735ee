"""Addresses of the staff site."""

from django.urls import path

from portal.workbench import views

app_name = "workbench"
urlpatterns = [
    path("map/", views.project_map, name="map"),
    path("map/projects/<str:code>/", views.project, name="project"),
    path("staff-tiles/<slug:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
