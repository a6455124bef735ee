"""Addresses of the administration, below /administration/."""

from django.urls import path

from portal.administration import views

app_name = "administration"
urlpatterns = [
    path("", views.home, name="home"),
    path("categories/", views.categories, name="categories"),
    path("sources/", views.sources, name="sources"),
    path("units/", views.units, name="units"),
    path("templates/", views.templates, name="templates"),
    path("thresholds/", views.thresholds, name="thresholds"),
    path("calendar/", views.calendar, name="calendar"),
    path("boundaries/", views.boundaries, name="boundaries"),
    path("boundaries/<str:code>/", views.boundary, name="boundary"),
    path("people/", views.people, name="people"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("audit/", views.audit, name="audit"),
]
