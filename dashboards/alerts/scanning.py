"""A scan: the facts of all projects, what the rules find, and what that makes of warnings and lights.

The facts are gathered before any row is locked. One scan at a time; a decision of a person that comes in between is
seen, because the warnings are read anew under their locks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from dashboards.alerts.choices import LightColour
from dashboards.alerts.gathering import gathered
from dashboards.alerts.lights import Shown, light_of
from dashboards.alerts.models import LightOverride, RuleSetting, ScanRun
from dashboards.alerts.recording import Recorder
from dashboards.alerts.rules import RULES, Finding, Limits, judged
from dashboards.alerts.telling import tell
from geodata.errors import Busy, Conflict, Refused
from geodata.summary.services import GivenLight, keep_lights
from geodata.thresholds.selectors import thresholds

_LOCK: Final = 4_490_051  # the advisory lock of whoever scans
LONGEST_SENTENCE: Final = 400


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one project."""

    project_id: int
    findings: Mapping[str, Finding]
    light: Shown | None


def enabled_rules() -> list[str]:
    """Ids of the rules that are on. One query."""
    return rules_on(rule for (rule,) in switched_off())


def switched_off() -> QuerySet[RuleSetting, tuple[str]]:
    return RuleSetting.objects.filter(enabled=False).values_list("rule")


def rules_on(off: Iterable[str]) -> list[str]:
    """Ids of all rules but those."""
    without = set(off)
    return [rule.id for rule in RULES if rule.id not in without]


def judge_all(
    day: date, *, today: date, enabled: Collection[str], limits: Limits, ids: Collection[int] | None = None
) -> list[Judgement]:
    """Judges all projects, or some, as of a day. Nothing is written."""
    facts = gathered(day, today=today, ids=ids, window_days=int(limits["w19_days"]))
    found = []
    for one in facts:
        findings = judged(one, limits, enabled=enabled)
        found.append(Judgement(one.project_id, findings, light_of(one, findings, limits)))
    return found


def scan(*, day: date, today: date, now: datetime, ids: Collection[int] | None = None) -> ScanRun:
    """Scans all projects, or some, as of a day, and writes down what became of warnings and lights.

    Raises Refused for a day to come, Conflict for one before the newest scan (history is not written backwards), Busy
    while another scan is under way.
    """
    if day > today:
        raise Refused(f"不能扫描还没有到的日期（{day:%Y-%m-%d}）", code="future-day")
    limits, enabled = thresholds(), enabled_rules()
    with transaction.atomic():
        _alone()
        _after_the_newest(day)
        judgements = judge_all(day, today=today, enabled=enabled, limits=limits, ids=ids)
        return _kept(judgements, enabled, limits, day=day, today=today, now=now, ids=ids)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("预警扫描正在进行，请几分钟后再试")


def _after_the_newest(day: date) -> None:
    newest = ScanRun.objects.order_by("-day").values_list("day", flat=True).first()
    if newest is not None and day < newest:
        raise Conflict(f"已经扫描到 {newest:%Y-%m-%d}，不能再补扫更早的日期；要看过去请用回测", code="earlier-day")


def _kept(
    judgements: Sequence[Judgement],
    enabled: Sequence[str],
    limits: Limits,
    *,
    day: date,
    today: date,
    now: datetime,
    ids: Collection[int] | None,
) -> ScanRun:
    recorder = Recorder(limits, day=day, now=now, ids=ids)
    findings = {(one.project_id, rule): finding for one in judgements for rule, finding in one.findings.items()}
    recorder.take(findings)
    lights = shown_lights(judgements, day)
    keep_lights(lights=lights, day=day, whole=ids is None)
    tell(recorder.newly_red, today=today, now=now)
    colours = Counter(light.light for light in lights)
    versions = {rule.id: rule.version for rule in RULES}
    return ScanRun.objects.create(
        day=day,
        whole=ids is None,
        started_at=now,
        rules=" ".join(f"{rule}.{versions[rule]}" for rule in enabled),
        projects=len(judgements),
        opened=recorder.counts["opened"],
        escalated=recorder.counts["escalated"],
        kept=recorder.counts["kept"],
        closed=recorder.counts["closed"],
        red=colours[LightColour.RED],
        yellow=colours[LightColour.YELLOW],
        grey=colours[LightColour.GREY],
        green=colours[LightColour.GREEN],
    )


def shown_lights(judgements: Sequence[Judgement], day: date) -> list[GivenLight]:
    """The lights as people see them: what headquarters has set goes before what the rules say."""
    held = LightOverride.objects.filter(lifted_at__isnull=True, since__lte=day, until__gte=day)
    overrides = {row.project_id: row for row in held}
    found = []
    for one in judgements:
        if one.light is None:
            continue
        override = overrides.get(one.project_id)
        found.append(
            GivenLight(
                project_id=one.project_id,
                light=override.colour if override else one.light.colour,
                computed=one.light.colour,
                sentence=said(override, one.light.sentence),
                overridden_until=override.until if override else None,
            )
        )
    return found


def said(override: LightOverride | None, sentence: str) -> str:
    """The sentence of a light; of one that headquarters has set: until when, why, and what the rules say."""
    if override is None:
        return sentence[:LONGEST_SENTENCE]
    label = LightColour(override.colour).label
    whole = f"指挥部定为{label}（至 {override.until:%Y-%m-%d}）：{override.reason}。按规则：{sentence}"
    return whole[:LONGEST_SENTENCE]
