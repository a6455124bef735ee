"""Working out the forecasts of all projects and their back-test: one run replaces what the run before made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import connection, transaction

from dashboards.curves.backtest import MONTHS, backtest, least_of
from dashboards.curves.calibration import Calibrated, Calibration
from dashboards.curves.forecast import Interval, finish, money, month_end_of, month_number, months_to_year_end
from dashboards.curves.gathering import gathered_facts
from dashboards.curves.histories import history_of
from dashboards.curves.models import BackTestLine, CompletionForecast, ForecastRun, Measure, YearEndForecast
from dashboards.curves.references import History, Past
from dashboards.curves.selectors.course import last_month_over
from geodata.errors import Busy
from geodata.figures.wording import half_up
from geodata.progress.models import PeriodReport

_LOCK: Final = 4_490_041  # the advisory lock of whoever writes forecasts
_CHUNK: Final = 2000
QUIET: Final = timedelta(minutes=10)  # approvals come in batches: wait until they pause


@dataclass(frozen=True, slots=True)
class Result:
    """How many projects were read, how many forecasts made."""

    projects: int
    forecasts: int


def forecast_all(*, today: date, now: datetime) -> Result:
    """Forecasts from the ends of the last thirteen months, and how the first twelve would have held. Raises Busy."""
    last = last_month_over(today)
    until = month_number(last)
    facts = gathered_facts(upto=month_end_of(until))
    history = history_of(facts, until=until)
    calibration = Calibration(history)
    completion, year_end = _forecasts(calibration, until)
    scores = backtest(calibration, until=until)
    with transaction.atomic():
        _alone()
        CompletionForecast.objects.all().delete()
        YearEndForecast.objects.all().delete()
        CompletionForecast.objects.bulk_create(completion, batch_size=_CHUNK)
        YearEndForecast.objects.bulk_create(year_end, batch_size=_CHUNK)
        run = ForecastRun.objects.create(
            started_at=now,
            day=today,
            origin=month_end_of(until),
            projects=len(facts),
            forecasts=len(completion) + len(year_end),
        )
        BackTestLine.objects.bulk_create(
            BackTestLine(
                run=run,
                measure=score.measure,
                bucket=score.bucket,
                forecasts=score.forecasts,
                projects=len(score.projects),
                hits=score.hits,
                error=None if score.error is None else Decimal(f"{score.error:.4f}"),
                unmade=score.unmade,
                pending=score.pending,
                unfinished=score.unfinished,
            )
            for score in scores
        )
    return Result(run.projects, run.forecasts)


def forecast_if_due(*, today: date, now: datetime) -> Result | None:
    """A run when there has been none from the last month that is over, or a report was approved since; else None."""
    newest = ForecastRun.objects.first()
    if newest is not None and newest.origin == month_end_of(month_number(last_month_over(today))):
        approved = PeriodReport.objects.filter(
            state=PeriodReport.State.APPROVED, reviewed_at__gt=newest.started_at, reviewed_at__lte=now
        )
        last = approved.order_by("-reviewed_at").values_list("reviewed_at", flat=True).first()
        if last is None or now - last < QUIET:
            return None
    return forecast_all(today=today, now=now)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("预测正在计算，请几分钟后再试")


def _forecasts(calibration: Calibration, until: int) -> tuple[list[CompletionForecast], list[YearEndForecast]]:
    completion: list[CompletionForecast] = []
    year_end: list[YearEndForecast] = []
    history = calibration.history
    known = {month: calibration.as_known(month) for month in range(until - MONTHS, until + 1)}
    for place, past in enumerate(history.pasts):
        spreads = known.get(past.origin)
        if spreads is not None:
            completion += _completion(past, spreads)
            year_end += _year_end(history, place, past, spreads)
    return completion, year_end


def _completion(past: Past, spreads: Calibrated) -> Iterable[CompletionForecast]:
    spread = spreads.of_finish(past.category, past.guess.band)
    if spread is None:
        return
    origin = month_end_of(past.origin)
    found = finish(past.guess, spread, day=origin.toordinal())
    yield CompletionForecast(
        project_id=past.project,
        origin=origin,
        data_on=date.fromordinal(past.guess.data_on),
        low=_day(found.low),
        point=_day(found.point),
        high=_day(found.high),
        references=spread.projects,
        category=spread.category,
    )


def _day(number: float) -> date:
    return date.fromordinal(min(round(number), date.max.toordinal()))


def _year_end(history: History, place: int, past: Past, spreads: Calibrated) -> Iterable[YearEndForecast]:
    ahead = months_to_year_end(past.origin)
    for measure in Measure.values:
        now = float(history.sums[measure][place, 0])
        spread = spreads.of_money(measure, past.category, ahead)
        if spread is None or now != now:
            continue
        gain = float(history.gains[place, ahead - 1])
        found = money(now, gain, past.budget, spread, least=least_of(measure, now))
        yield YearEndForecast(
            project_id=past.project,
            origin=month_end_of(past.origin),
            measure=measure,
            now=_yuan(now),
            **_amounts(found),
            mean=_yuan(now + gain * spread.rate + spread.mean * past.budget),
            own=_yuan(spread.sd * past.budget),
            common=_yuan(spread.common * past.budget),
            references=spread.projects,
            category=spread.category,
        )


def _amounts(found: Interval) -> dict[str, Decimal]:
    return {"low": _yuan(found.low), "point": _yuan(found.point), "high": _yuan(found.high)}


def _yuan(amount: float) -> Decimal:
    return half_up(Decimal(repr(amount)), 2)
