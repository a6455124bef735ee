"""Addresses of the dashboards, below /dashboard/."""

from django.urls import path

from portal.dashboard.views import (
    alerts,
    behind,
    changed_rows,
    cockpit,
    curve_parts,
    curve_rows,
    curves,
    indicators,
    lit,
    offline,
    parts,
    rules,
    selection,
    works,
)

app_name = "dashboard"
urlpatterns = [
    path("", cockpit.page, name="cockpit"),
    path("selection", selection.page, name="selection"),
    path("bottlenecks/", works.held_up, name="bottlenecks"),
    path("conflicts/", works.shared_digs, name="conflicts"),
    path("offline-map", offline.page, name="offline_map"),
    path("parts/works/", parts.works, name="works"),
    path("parts/warnings/", parts.warnings, name="warnings"),
    path("parts/changes/", parts.changes, name="changes"),
    path("parts/month/", parts.month, name="month"),
    path("tasks/<int:number>/", cockpit.task, name="task"),
    path("curves/", curves.page, name="curves"),
    path("curves/rows/", curve_rows.page, name="course"),
    path("curves/parts/", curve_parts.page, name="curve_part"),
    path("changed/", changed_rows.page, name="changed"),
    path("lights/", lit.page, name="lights"),
    path("alerts/", alerts.page, name="alerts"),
    path("alerts/<int:alert_id>/", alerts.one, name="alert"),
    path("indicators/", indicators.page, name="indicators"),
    path("indicators/<str:indicator>/", behind.page, name="indicator"),
    path("rules/", rules.page, name="rules"),
    path("rules/<str:rule>/", rules.one, name="rule"),
    path("backtests/<int:run_id>/", rules.progress, name="backtest"),
]
