"""The file itself: folium's map with everything written into it, and our own head, panel and table around it.

Folium would fetch its libraries and tiles from other hosts. Here Leaflet comes out of our own static files, there are
no tiles (the ground is drawn from the record), and a policy in the file forbids every request, so that even a mistake
could not make one. All texts are escaped here or set by textContent in the browser: names come from strangers' files.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from dashboards.choropleths.areas import value_text
from dashboards.choropleths.offline_map import texts
from dashboards.choropleths.offline_map.facts import OfflineFacts
from dashboards.choropleths.offline_map.places import lonlat
from dashboards.choropleths.painted import Choropleth
from geodata.figures.cells import safe
from geodata.figures.wording import date_text
from geodata.summary.wording import left_out_of_rates

_PARTS: Final = Path(__file__).parent / "parts"
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'"
)
_ADDRESS_IN_CSS: Final = re.compile(r"url\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the map whatever it shows. `leaflet_js` and `leaflet_css` are the texts of the library."""

    title: str
    scope: str
    approval: str  # 审图号, empty for a schematic map
    demo: bool
    view: tuple[float, float, float, float]  # west, south, east, north in degrees
    leaflet_js: str
    leaflet_css: str


def offline_page(facts: OfflineFacts, frame: Frame) -> str:
    """The file's text. It asks for nothing: no script, style, picture or tile from anywhere."""
    import folium  # a second and a half: only who makes a file waits for it
    from branca.element import Element

    west, south, east, north = frame.view
    made = folium.Map(
        tiles=None,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        control_scale=True,
        attributionControl=False,
        zoomSnap=0.25,
        min_zoom=7,
        max_zoom=16,
    )
    made.default_js, made.default_css = [], []
    if facts.units:
        _areas(folium, made, facts, facts.units)
    _ground(folium, made, facts)
    fitted = folium.FitBounds([[south, west], [north, east]])
    fitted.options["animate"] = False  # the names find their places once, at the view that stays
    made.add_child(fitted)
    root = made.get_root()
    root.render()  # so that the parts of the map are there, and ours come before and after them
    root.title = frame.title
    root.header.add_child(Element(_head(frame)), name="offline_head", index=0)
    root.html.add_child(Element(_before(facts, frame)), name="offline_before", index=0)
    root.html.add_child(Element(_after(facts)), name="offline_after")
    root.script.add_child(Element(_script(made.get_name(), facts)), name="offline_script")
    return _without_addresses(root.render())


def _without_addresses(page: str) -> str:
    """Without the links of libraries that folium writes for itself. Fails rather than let a request through."""
    page = re.sub(r'<(script|link)[^>]*\b(src|href)="https?://[^>]*>(</script>)?', "", page)
    if re.search(r"""<(script|link|img|iframe)[^>]*\b(src|href)=["']?(https?:)?//""", page):
        raise RuntimeError("the offline map would ask another host for something")
    return page


def _head(frame: Frame) -> str:
    css = _ADDRESS_IN_CSS.sub("none", frame.leaflet_css)
    style = (_PARTS / "page.css").read_text(encoding="utf-8")
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<style>{css}\n{style}</style><script>{frame.leaflet_js}</script>"
    )


# --- what folium draws


def _ground(folium: Any, made: Any, facts: OfflineFacts) -> None:
    features = [{"type": "Feature", "properties": {"kind": kind}, "geometry": shape} for kind, shape in facts.ground]
    if not features:
        return
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name="ground",
        control=False,
        style_function=lambda feature: {
            "className": f"ground ground-{feature['properties']['kind']}",
            "fill": feature["geometry"]["type"].endswith("Polygon"),
            "interactive": False,
        },
    ).add_to(made)


def _areas(folium: Any, made: Any, facts: OfflineFacts, found: Choropleth) -> None:
    """The units by their classes; the tip tells name, value and denominator."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "class": area.class_key,
                "name": escape(area.name),
                "value": escape(value_text(area.value, found.indicator)),
                "n": f"{area.n:,}",
            },
            "geometry": facts.shapes[area.code],
        }
        for area in found.areas
        if area.code in facts.shapes
    ]
    if not features:
        return
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name="areas",
        control=False,
        style_function=lambda feature: {"className": f"area area-{feature['properties']['class']}"},
        tooltip=folium.GeoJsonTooltip(
            fields=["name", "value", "n"],
            aliases=[escape(text) for text in (_("Unit"), found.indicator.label, _("Projects in the denominator"))],
            sticky=True,
        ),
    ).add_to(made)


# --- what we write around it


def _before(facts: OfflineFacts, frame: Frame) -> str:
    figures = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(figure)}<small>{escape(basis)}</small></dd></div>"
        for label, figure, basis in texts.key_figures(facts)
    )
    day = _("As of %(date)s") % {"date": date_text(facts.as_of)}
    return (
        f"{_HATCH}<header><h1>{escape(frame.title)}</h1><p>{escape(frame.scope)} · {escape(day)}</p>"
        f"<dl class='figures'>{figures}</dl></header><main><section class='map-part'>"
        f"<aside class='legend'>{_legend(facts)}</aside>"
        f"<p class='credit'>{escape(_credit(frame))} · {escape(day)}</p>"
    )


_HATCH: Final = (
    "<svg class='patterns' width='0' height='0' aria-hidden='true'><defs><pattern id='hatch' width='6' height='6' "
    "patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><rect width='6' height='6' class='hatch-ground'/>"
    "<line x1='0' y1='0' x2='0' y2='6' class='hatch-line'/></pattern></defs></svg>"
)


def _credit(frame: Frame) -> str:
    """审图号, or that the map is a sketch."""
    approved = _("Map approval number: %(number)s") % {"number": frame.approval} if frame.approval else _("Schematic")
    return f"{approved} · {_('Sample data')}" if frame.demo else approved


def _legend(facts: OfflineFacts) -> str:
    lights = "".join(
        f"<li><i class='mark light-{code}' aria-hidden='true'>{sign}</i>{escape(str(label))}</li>"
        for code, sign, label in (
            ("red", "●", _("Red light")),
            ("yellow", "■", _("Yellow light")),
            ("green", "▲", _("Green light")),
            ("grey", "◇", _("No data to judge")),
        )
    )
    marks = f"<h2>{escape(_('Projects by light'))}</h2><ul>{lights}</ul>"
    found = facts.units
    if found is None:
        return marks
    lines = "".join(
        f"<li><i class='swatch swatch-{escape(line.key)}' aria-hidden='true'></i>{escape(line.text)}"
        f"<small>{line.areas}</small></li>"
        for line in found.legend
    )
    return f"<h2>{escape(found.indicator.label)}</h2><ul>{lines}</ul>{marks}"


def _after(facts: OfflineFacts) -> str:
    return f"</section><section class='tables'>{_meaning(facts)}{_units(facts)}{_projects(facts)}</section></main>"


def _meaning(facts: OfflineFacts) -> str:
    """口径: what the painted rate is, of what, and how a group's rate is made."""
    if facts.units is None:
        return ""
    found = facts.units.indicator
    parts = [
        found.formula,
        found.note,
        left_out_of_rates(facts.units.left_out),
        _("A group's rate is the ratio of its sums; — means that there is no denominator."),
    ]
    return f"<p class='meaning'><b>{escape(found.label)}</b> {escape('。'.join(part for part in parts if part))}</p>"


def _units(facts: OfflineFacts) -> str:
    found = facts.units
    if found is None:
        return ""
    heads = [_("Unit"), found.indicator.label, _("Projects counted"), _("Projects"), _("Investment, ten thousand yuan")]
    rows = [texts.unit_row(area, found) for area in (*found.areas, found.rest)]
    city = texts.unit_row(found.city, found)
    return _table(_("Counties and zones"), heads, [*rows, [_("The whole city"), *city[1:]]])


def _projects(facts: OfflineFacts) -> str:
    found = [texts.project(row, None) for row in facts.projects]
    heads = [_("Project"), *(label for label, _text in (found[0]["lines"] if found else []))]
    note = _("%(n)s projects of smaller investment are not in this file.") % {"n": f"{facts.left_out:,}"}
    left = f"<p>{escape(note)}</p>" if facts.left_out else ""
    search = f"<label class='find'>{escape(_('Find in the table'))} <input type='search' id='find'></label>"
    rows = [[safe(each["name"]), *(safe(text) for _label, text in each["lines"])] for each in found]
    return search + left + _table(_("Projects"), heads, rows, name="projects")


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], name: str = "units") -> str:
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr><th scope='row'>{escape(row[0])}</th>{''.join(f'<td>{escape(text)}</td>' for text in row[1:])}</tr>"
        for row in rows
    )
    return (
        f"<div class='scroll' tabindex='0'><table id='{name}'><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _script(map_name: str, facts: OfflineFacts) -> str:
    """The marks with their cards, and the names of the units."""
    found = [texts.project(row, lonlat(row.anchor_3857)) for row in facts.projects]
    marks = _json([each for each in found if each["lat"] is not None])
    script = (_PARTS / "marks.js").read_text(encoding="utf-8")
    return f"(function(map,projects,names){{{script}}})({map_name},{marks},{_json(facts.names)});"


def _json(found: Any) -> str:
    """JSON that no text can break out of."""
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        data = data.replace(character, escaped)
    return data
