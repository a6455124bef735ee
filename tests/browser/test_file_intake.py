"""A shapefile as surveyors send it, straight into a project's shape, in a real browser; what cannot be read is said."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely
from playwright.sync_api import Locator, Page, expect
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.crs.transforms import project as into
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.browser.conftest import sign_in
from tests.browser.test_geometry_editor import anything, figures, newest, open_editor, place, said, tool

__all__ = ["anything", "place"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

YARD = box(113.1032, 29.3032, 113.1036, 29.3036)
BLOCK = Polygon(box(113.103, 29.303, 113.104, 29.304).exterior.coords, [YARD.exterior.coords])
SECOND = box(113.105, 29.303, 113.106, 29.304)


def surveyed(folder: Path, names: list[str], shapes: list[BaseGeometry], *, epsg: int = 4526) -> Path:
    """Zone 38 in front of the eastings, text in GBK, no .cpg, the ZIP's member names in GBK, too."""
    folder.mkdir()
    moved = [shapely.transform(shape, lambda points: into(points, 4526)) for shape in shapes]
    frame = geopandas.GeoDataFrame({"项目名称": names}, geometry=moved)
    frame.to_file(folder / "red.shp", encoding="GBK", engine="pyogrio")
    (folder / "red.cpg").unlink(missing_ok=True)
    (folder / "red.prj").write_text(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"))
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for member in sorted(folder.iterdir()):
            archive.write(member, member.name.replace("red", "红线"))
    return target


def choose_file(page: Page, path: Path) -> Locator:
    tool(page, "文件")
    dialog = page.get_by_role("dialog")
    dialog.locator("form[data-kind=file] input[type=file]").set_input_files(path)
    dialog.get_by_role("button", name="读取").click()
    return dialog


def test_a_gbk_shapefile_becomes_a_projects_shape(
    open_page: Callable[..., Page], steward: User, place: Project, tmp_path: Path
) -> None:
    sent = surveyed(
        tmp_path / "survey", ["别处的工程", place.name, place.name], [box(113.2, 29.2, 113.21, 29.21), BLOCK, SECOND]
    )
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    dialog = choose_file(page, sent)
    expect(dialog.get_by_role("checkbox")).to_have_count(3, timeout=30_000)
    expect(dialog.get_by_role("checkbox", name="别处的工程")).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name=place.name)).to_have_count(
        2
    )  # suggested by name, and in readable Chinese
    for own in dialog.get_by_role("checkbox", name=place.name).all():
        expect(own).to_be_checked()
    dialog.get_by_role("button", name="加入图形").click()
    expect(figures(page)).to_contain_text("2 个，含 1 个洞")
    page.get_by_role("radio", name="测绘成果").check()
    page.get_by_label("修改理由").fill("测绘单位红线")
    page.get_by_role("button", name="提交审核").click()
    expect(said(page)).to_contain_text("第 1 稿已提交")
    version = newest(place)
    assert (version.state, version.source) == ("submitted", "surveyed")
    assert shapely.from_wkb(bytes(version.geom.wkb)).symmetric_difference(MultiPolygon([BLOCK, SECOND])).area < 1e-13
    assert version.declared_crs.endswith("加带号38")
    assert "EPSG:4526→EPSG:4490" in version.pipeline
    assert len(version.original_sha256) == 64
    place.refresh_from_db()
    assert place.geom is None


def test_a_shapefile_of_an_old_datum_is_refused_with_the_reason(
    open_page: Callable[..., Page], steward: User, place: Project, tmp_path: Path
) -> None:
    page = open_page()
    sign_in(page, "steward")
    open_editor(page, place)
    dialog = choose_file(page, surveyed(tmp_path / "old", [place.name], [SECOND], epsg=2362))
    expect(dialog.get_by_role("alert")).to_contain_text("1980西安坐标系", timeout=30_000)
    expect(dialog.get_by_role("alert")).to_contain_text("没有公开的转换参数")
    expect(dialog.get_by_role("button", name="加入图形")).not_to_be_visible()
    page.troubles.clear()  # type: ignore[attr-defined]  # the 422 was the point
