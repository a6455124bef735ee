"""Addresses of the citizens' site."""

from django.urls import path

from portal.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("projects/", views.projects, name="projects"),
    path("projects.csv", views.projects_file, name="projects_csv"),
    path("projects/<str:code>/", views.project, name="project"),
    path("projects/<str:code>/payments.csv", views.payments_file, name="payments_csv"),
    path("companies/<str:name>/", views.company, name="company"),
    path("near/", views.near, name="near"),
    path("projects/<str:code>/report/", views.report, name="report"),
    path("projects/<str:code>/board/", views.board, name="board"),
    path("regions/", views.regions, name="regions"),
    path("regions/<str:code>/", views.region, name="region"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
    path("tiles/<slug:layer>.json", views.tilejson, name="tilejson"),
    path("tiles/<int:number>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.mark, name="favicon"),
]
