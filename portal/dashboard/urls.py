"""Addresses of the dashboards, below /dashboard/."""

from django.urls import path

from portal.dashboard.views import cockpit

app_name = "dashboard"
urlpatterns = [
    path("", cockpit.page, name="cockpit"),
    path("tasks/<int:number>/", cockpit.task, name="task"),
]
