"""Addresses of the publication pages, below /workbench/publication/."""

from django.urls import path

from portal.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.page, name="page"),
    path("runs/<int:run_id>/", views.progress, name="progress"),
    path("projects/<str:code>/", views.project, name="project"),
]
