"""Addresses of the dashboards, below /dashboard/."""

from django.urls import path

from portal.dashboard.views import cockpit, parts

app_name = "dashboard"
urlpatterns = [
    path("", cockpit.page, name="cockpit"),
    path("parts/works/", parts.works, name="works"),
    path("parts/month/", parts.month, name="month"),
    path("tasks/<int:number>/", cockpit.task, name="task"),
]
