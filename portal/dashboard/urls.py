"""Addresses of the dashboards, below /dashboard/."""

from django.urls import path

from portal.dashboard.views import cockpit, parts, selection

app_name = "dashboard"
urlpatterns = [
    path("", cockpit.page, name="cockpit"),
    path("selection", selection.page, name="selection"),
    path("parts/works/", parts.works, name="works"),
    path("parts/month/", parts.month, name="month"),
    path("tasks/<int:number>/", cockpit.task, name="task"),
]
