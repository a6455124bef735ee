"""What the editor's scripts say, in the language of the page; {…} are filled in by the browser."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """All texts of portal/static/portal/js/editor/, by the names that it uses."""
    return {**_figures(), **_drawing(), **_saving(), **_conflict(), **_intake()}


def _figures() -> dict[str, Any]:
    return {
        "units": {"m": _("m"), "km": _("km"), "m2": _("m²"), "ha": _("ha"), "km2": _("km²")},
        "family": {"point": _("points"), "line": _("lines"), "polygon": _("areas")},
        "nothing": _("Nothing drawn yet."),
        "points": _("{n} points"),
        "parts": _("Number of parts"),
        "parts_holes": _("{n}, holes: {m}"),
        "vertices": _("Vertices"),
        "length": _("Length"),
        "area": _("Area"),
        "perimeter": _("Perimeter"),
        "checked": _("Figure of the server"),
        "against_approved": _("against the approved shape"),
        "part_name": _("Part {n}"),
        "hole_name": _("Part {n}, hole {m}"),
        "longitude": _("Longitude"),
        "latitude": _("Latitude"),
    }


def _drawing() -> dict[str, Any]:
    return {
        "hints": {
            "idle": _("Click a part to choose it; then delete, merge or move it by metres."),
            "point": _("Click where the point is. Esc ends."),
            "line": _("Click each vertex; double click or Enter ends the line."),
            "polygon": _("Click each vertex; the first vertex or Enter closes the area."),
            "hole": _("Draw the hole inside an area."),
            "cut": _("Draw what is to be cut away; it may cross the edge."),
            "split": _("Draw a line right across; both ends lie outside."),
            "measure": _("Click along what is to be measured; Enter ends. Nothing is kept."),
            "vertices": _("Drag a vertex; drag a small one to add; right click or long press takes one away."),
            "move": _("Drag a part to its new place."),
        },
        "done": {
            "point": _("Point added"),
            "line": _("Line added"),
            "polygon": _("Area added"),
            "hole": _("Hole made"),
            "cut": _("Cut away"),
            "split": _("Split"),
            "merge": _("Merged"),
            "move": _("Moved"),
            "vertices": _("Vertex changed"),
            "removed": _("Taken away"),
            "cleared": _("All taken away"),
            "coordinates": _("Coordinates taken in"),
            "file": _("File taken in"),
        },
        "nothing_done": {
            "hole": _("A hole must lie inside one area. To take away something at the edge, use “Cut”."),
            "cut": _("That touches no part; nothing is cut."),
            "split": _("The line must run right across an area or a line; nothing is split."),
            "merge": _("These parts do not touch, so they stay apart."),
        },
        "not_possible": _("This is not possible while the shape crosses itself. Mend that first."),
        "other_family": _(
            "A project has one kind of shape, and this one has {have}. Take them away first to draw {want}."
        ),
        "too_few": _("A line needs two vertices, an area three."),
        "measured": _("Measured: {length}"),
        "undone": _("Undone: {what}"),
        "redone": _("Done again: {what}"),
        "neighbours": _("{n} in view"),
        "closer": _("zoom in to see them"),
        "no_neighbours": _("Neighbours could not be loaded. You can go on drawing."),
    }


def _saving() -> dict[str, Any]:
    return {
        "loading": _("The shape is being loaded…"),
        "begin": _("Choose a tool to begin, or take in coordinates or a file. This category is drawn as: {kinds}."),
        "head": _("Version {n}"),
        "no_head": _("No version yet"),
        "states": {
            "draft": _("draft"),
            "submitted": _("waiting for approval"),
            "approved": _("approved and in use"),
            "returned": _("returned"),
        },
        "returned": _("Returned: {comment}"),
        "submitted_note": _("If you save again, the submitted version is replaced and must be submitted anew."),
        "draft_reason": _("Reason given: {reason}"),
        "approved_line": _("Approved: version {n} (dashed on the map)"),
        "no_approved": _("No shape of this project has been approved yet."),
        "read_only": _("You may look at this shape, but not change it."),
        "unchanged": _("Nothing has been changed."),
        "checking": _("Checking…"),
        "not_checked": _("Not checked:"),
        "all_good": _("Nothing to object to"),
        "severity": {
            "block": _("must be mended before it can be submitted"),
            "ask": _("please explain"),
            "headquarters": _("headquarters decides"),
            "warn": _("please look"),
        },
        "show_place": _("Show"),
        "answer": _("Your explanation"),
        "faults": _faults(),
        "reason_needed": _("Please say in a few words why the shape changes."),
        "saving": _("Saving…"),
        "saved": _("Version {n} is kept as a draft."),
        "submitted": _("Version {n} is submitted. Another person now approves it."),
        "kept": _("What you drew is still on this page."),
        "offline": _("The server does not answer. Check the network and save again."),
        "failed": _("The server could not do this (status {status})."),
    }


def _faults() -> dict[str, str]:
    return {
        "self-crossing": _("The edge crosses or touches itself here."),
        "ring-crossing": _("The edge touches itself here."),
        "hole-outside": _("A hole lies outside its area."),
        "nested-holes": _("A hole lies inside another hole."),
        "interior-cut": _("Holes cut the area into pieces."),
        "nested-parts": _("A part lies inside another part."),
        "double-ring": _("Two edges are the same."),
        "too-few": _("An edge needs at least three different vertices."),
        "bad-number": _("A coordinate is not a number."),
        "open-ring": _("An edge is not closed."),
        "parts-touch": _("Two parts overlap or have an edge in common: merge them, or take away or move one."),
        "invalid": _("The shape is not valid here."),
    }


def _conflict() -> dict[str, Any]:
    return {
        "conflict_who": _("While you were drawing, {author} saved version {n} ({at})."),
        "conflict_said": _("Not saved: somebody else saved meanwhile. Nothing is lost."),
        "conflict": {"base": _("Both began from"), "theirs": _("The other's"), "yours": _("Yours")},
        "ways": {"merge": _("Both changes together"), "redo": _("The other's version"), "mine": _("Your version")},
        "ways_said": {
            "merge": _("Both changes are put together. Look at the result, then save."),
            "redo": _("You now stand on the other's version. Yours is dotted on the map and can be snapped to."),
            "mine": _("Your shape is kept. Saving it makes it the version after the other's."),
        },
    }


def _intake() -> dict[str, Any]:
    return {
        "intake": {"coordinates": _("Type or paste coordinates"), "file": _("Take the shape from a file")},
        "say_source": _("please choose where it comes from"),
        "mixed_families": _("Choose points, lines or areas, not several kinds at once."),
    }
