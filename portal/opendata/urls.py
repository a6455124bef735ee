"""Addresses of the open data."""

from django.urls import path

from portal.opendata.views import downloads, features

app_name = "opendata"
urlpatterns = [
    path("opendata/", downloads.downloads, name="downloads"),
    path("opendata/chain/", downloads.chain, name="chain"),
    path("opendata/manifest.json", downloads.manifest, name="manifest"),
    path("opendata/oc4ids/<str:code>.json", downloads.oc4ids, name="oc4ids"),
    path("opendata/<str:name>", downloads.file, name="file"),
    path("ogc/", features.landing, name="landing"),
    path("ogc/conformance", features.conformance, name="conformance"),
    path("ogc/api", features.api, name="api"),
    path("ogc/collections", features.collections, name="collections"),
    path("ogc/collections/<slug:name>", features.one_collection, name="collection"),
    path("ogc/collections/<slug:name>/items", features.features, name="features"),
    path("ogc/collections/<slug:name>/items/<str:identifier>", features.feature, name="feature"),
]
