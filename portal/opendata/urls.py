"""Addresses of the open data."""

from django.urls import path

from portal.opendata.views import api, downloads, features

app_name = "opendata"
urlpatterns = [
    path("opendata/", downloads.downloads, name="downloads"),
    path("opendata/chain/", downloads.chain, name="chain"),
    path("opendata/manifest.json", downloads.manifest, name="manifest"),
    path("opendata/oc4ids/<str:code>.json", downloads.oc4ids, name="oc4ids"),
    path("opendata/<str:name>", downloads.file, name="file"),
    path("api/v1/", api.root, name="api_root"),
    path("api/v1/openapi.json", api.description, name="api_openapi"),
    path("api/v1/docs", api.docs, name="api_docs"),
    path("api/v1/aggregates", api.sums, name="api_aggregates"),
    path("api/v1/changes", api.change_feed, name="api_changes"),
    path("api/v1/withdrawals", api.withdrawals, name="api_withdrawals"),
    path("api/v1/snapshots", api.snapshots, name="api_snapshots"),
    path("api/v1/<slug:name>", api.some, name="api_list"),
    path("api/v1/<slug:name>/<str:identifier>", api.single, name="api_one"),
    path("ogc/", features.landing, name="landing"),
    path("ogc/conformance", features.conformance, name="conformance"),
    path("ogc/api", features.api, name="api"),
    path("ogc/collections", features.collections, name="collections"),
    path("ogc/collections/<slug:name>", features.one_collection, name="collection"),
    path("ogc/collections/<slug:name>/items", features.features, name="features"),
    path("ogc/collections/<slug:name>/items/<str:identifier>", features.feature, name="feature"),
]
