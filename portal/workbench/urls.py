"""Addresses of the staff site."""

from django.urls import path

from portal.workbench.views import (
    approvals,
    checkin,
    desk,
    geometry_intake,
    geometry_editor,
    geometry_json,
    geometry_review,
    inbox,
    matches,
    monthly,
    order_list,
    organisation_list,
    payment_list,
    photos,
    project,
    project_list,
    project_map,
    quality,
)

app_name = "workbench"
urlpatterns = [
    path("map/", project_map.page, name="map"),
    path("map/search/", project_map.found, name="search"),
    path("workbench/", desk.page, name="desk"),
    path("workbench/inbox/", inbox.page, name="inbox"),
    path("workbench/inbox/<int:notice_id>/", inbox.opened, name="notice"),
    path("workbench/monthly/", monthly.page, name="monthly"),
    path("workbench/monthly/row", monthly.row, name="monthly_row"),
    path("workbench/monthly/check", monthly.check, name="monthly_check"),
    path("workbench/projects/", project_list.page, name="projects"),
    path("workbench/projects/<str:code>/", project.page, name="project"),
    path("workbench/projects/<str:code>/geometry/", geometry_editor.page, name="geometry"),
    path("workbench/projects/<str:code>/geometry.json", geometry_json.state, name="geometry_state"),
    path("workbench/projects/<str:code>/geometry/check", geometry_json.check, name="geometry_check"),
    path(
        "workbench/projects/<str:code>/geometry/coordinates",
        geometry_intake.coordinates,
        name="geometry_coordinates",
    ),
    path("workbench/projects/<str:code>/geometry/file", geometry_intake.file, name="geometry_file"),
    path("workbench/projects/<str:code>/geometry/neighbours.json", geometry_json.around, name="geometry_neighbours"),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/submit",
        geometry_json.submit,
        name="geometry_submit",
    ),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/approve",
        geometry_json.approve,
        name="geometry_approve",
    ),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/return",
        geometry_json.send_back,
        name="geometry_return",
    ),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/restore",
        geometry_json.restore,
        name="geometry_restore",
    ),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/discard",
        geometry_json.discard,
        name="geometry_discard",
    ),
    path(
        "workbench/projects/<str:code>/geometry/versions/<int:number>/", geometry_review.one, name="geometry_version"
    ),
    path("workbench/projects/<str:code>/geometry/history/", geometry_review.history, name="geometry_history"),
    path("workbench/approvals/", approvals.page, name="approvals"),
    path("workbench/quality/", quality.page, name="quality"),
    path("workbench/quality/projects/", quality.found, name="quality_rows"),
    path("workbench/checkin/", checkin.page, name="checkin"),
    path("workbench/checkin/near/", checkin.near, name="checkin_near"),
    path("workbench/checkin/<int:number>/suggest", checkin.suggest, name="checkin_suggest"),
    path("workbench/payments/", payment_list.page, name="payments"),
    path("workbench/orders/", order_list.page, name="orders"),
    path("workbench/organisations/", organisation_list.page, name="organisations"),
    path("workbench/organisations/<int:number>/", organisation_list.body, name="organisation"),
    path("workbench/photos/<int:photo_id>.jpg", photos.picture, name="photo"),
    path("workbench/photos/<int:photo_id>/remove", photos.remove, name="photo_remove"),
    path("workbench/matches/<int:match_id>/confirm", matches.confirm, name="match_confirm"),
    path("workbench/matches/<int:match_id>/reject", matches.reject, name="match_reject"),
    path("staff-tiles/<slug:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", project_map.tile, name="tile"),
]
