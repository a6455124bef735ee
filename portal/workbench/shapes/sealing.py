"""Where an imported shape comes from, sealed on its way through the browser.

The intake tells the browser what it read; the browser sends it back with the shape, minutes and many strokes later.
What comes back would be believed, so the server signs it: for one project, one person and a day. The text of the
original coordinates may be megabytes, so the seal holds digests; of a file one a feature, any of which may be chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.core import signing

from geodata.errors import BadParameter, Refused
from geodata.exchange.shape_intake.documents import Evidence, FileIntake, Intake, original_of
from geodata.exchange.shape_intake.systems import EXCHANGED
from geodata.stewards.scope import Scope
from portal import wording
from portal.workbench.shapes.asked import texts_of

SALT: Final = "onemap.shape-evidence"
VALID_SECONDS: Final = 24 * 3600  # a drawing that was begun in the morning is saved the same day
_FORGED: Final = "导入来源的说明与服务器读出的不一致，没有保存。请重新导入文件或坐标，再保存"
_STALE: Final = "导入已超过 24 小时，来源说明已失效，没有保存。请重新导入文件或坐标，再保存"


def told_intake(found: Intake | FileIntake, scope: Scope, code: str) -> dict[str, Any]:
    """The intake's answer with `evidence.seal`, once there is a shape to take."""
    told = found.as_json()
    originals = [found.evidence.original_wkt]
    if isinstance(found, FileIntake):
        originals = [feature.original_wkt for feature in found.features]
    if found.question is None:
        told["evidence"]["seal"] = _seal(found.evidence, originals, scope, code)
    else:
        for option in told["question"]["options"]:
            option["label"] = _named(option["label"])
    return told


def evidence_of(body: Mapping[str, Any], scope: Scope, code: str) -> dict[str, str]:
    """The evidence that came back with a shape: `evidence` with its seal, `originals` as the intake gave them.

    Empty for a shape that was not imported. Raises Refused unless this server has sealed just that for this project and
    this person within the last day.
    """
    sent, originals = texts_of(body, "evidence"), _originals(body)
    if not sent and not originals:
        return {}
    try:
        sealed = signing.loads(sent.pop("seal", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.SignatureExpired as error:
        raise Refused(_STALE, code="stale-evidence") from error
    except signing.BadSignature as error:
        raise Refused(_FORGED, code="bad-evidence") from error
    known = set(sealed["originals"])
    is_ours = sealed["for"] == _owner(scope, code) and sealed["said"] == _digest(sent)
    if not is_ours or not all(_digest(text) in known for text in originals):
        raise Refused(_FORGED, code="bad-evidence")
    return {**sent, "original_wkt": original_of(originals)}


def _seal(evidence: Evidence, originals: Sequence[str], scope: Scope, code: str) -> str:
    said = {name: value for name, value in evidence.as_json().items() if name not in {"original_wkt", "accuracy_m"}}
    content = {"for": _owner(scope, code), "said": _digest(said), "originals": [_digest(text) for text in originals]}
    return signing.dumps(content, salt=SALT)


def _named(label: str) -> str:
    """The name of a coordinate system in the language of the page."""
    name = label.removesuffix(EXCHANGED)
    return wording.label(name) + (wording.label(EXCHANGED) if name != label else "")


def _owner(scope: Scope, code: str) -> list[Any]:
    return [code, scope.user_id]


def _digest(content: Mapping[str, str] | str) -> str:
    """Half of a SHA-256: 128 bits, and 300 features stay below 12 kB."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _originals(body: Mapping[str, Any]) -> list[str]:
    found = body.get("originals") or []
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BadParameter("originals 须是文字的列表")
    return found
