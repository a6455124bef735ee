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
    path("projects/<str:code>/photos/<str:name>", views.photo, name="photo"),
    path("projects/<str:code>/documents/<str:name>", views.document, name="document"),
    path("companies/<str:name>/", views.company, name="company"),
    path("companies/<str:name>/payments.csv", views.company_file, name="company_csv"),
    path("near/", views.near, name="near"),
    path("projects/<str:code>/report/", views.report, name="report"),
    path("projects/<str:code>/board/", views.board, name="board"),
    path("regions/", views.regions, name="regions"),
    path("regions/<str:code>/", views.region, name="region"),
    path("disclosure/", views.disclosure, name="disclosure"),
    path("disclosure/<str:code>/", views.unit_disclosure, name="unit_disclosure"),
    path("feeds/", views.feed_list, name="feeds"),
    path("feeds/city.<slug:form>", views.feed, name="city_feed"),
    path("feeds/<slug:kind>/<str:code>.<slug:form>", views.feed, name="feed"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
    path("snapshots/", views.snapshots, name="snapshots"),
    path("tiles/<slug:layer>.json", views.tilejson, name="tilejson"),
    path("tiles/<int:number>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.mark, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
