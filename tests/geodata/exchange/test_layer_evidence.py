"""What every shape of a layer is kept with is found out once for the layer, however many shapes it has."""

from collections.abc import Callable

import pytest

from geodata.crs.detection import Confidence, Decision
from geodata.exchange import shapes
from geodata.exchange.datasets.projects_places import geometry_entry
from geodata.exchange.judging import Shape
from geodata.exchange.shapes import Shapes


def test_the_words_on_a_layer_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real: Callable[..., str] = shapes.pipeline
    monkeypatch.setattr(shapes, "pipeline", lambda *told, **named: asked.append(told) or real(*told, **named))
    layer = Shapes(declared=4490, decision=Decision(4490, Confidence.DECLARED))
    shape = Shape(wkb=b"", original_wkt="POINT (113 29)", original_sha256="1" * 64)
    first, second = (geometry_entry(shape, layer, sha256=digest) for digest in ("", "2" * 64))
    assert (first.pipeline, first.crs_confidence) == (real(4490), Confidence.DECLARED.value)
    assert first.declared_crs == first.detected_crs == layer.declared_name
    assert (first.original_sha256, second.original_sha256) == ("1" * 64, "2" * 64)
    assert second.pipeline == first.pipeline
    assert len(asked) == 1
