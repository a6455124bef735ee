"""Addresses of the open data."""

from django.urls import path

from portal.opendata.views import features

app_name = "opendata"
urlpatterns = [
    path("ogc/", features.landing, name="landing"),
    path("ogc/conformance", features.conformance, name="conformance"),
    path("ogc/api", features.api, name="api"),
    path("ogc/collections", features.collections, name="collections"),
    path("ogc/collections/<slug:name>", features.one_collection, name="collection"),
    path("ogc/collections/<slug:name>/items", features.features, name="features"),
    path("ogc/collections/<slug:name>/items/<str:identifier>", features.feature, name="feature"),
]
