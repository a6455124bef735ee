from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "geodata.projects"
    label = "projects"
