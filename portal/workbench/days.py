"""The days that an address may ask for."""

from datetime import date

from geodata.parameters import bad


def require_past(day: date, today: date) -> None:
    """Raises BadParameter for a day that has not come: nothing is known of it."""
    if day > today:
        raise bad("as_of", day.isoformat(), f"截止日不能晚于今天（{today}），请改选较早的日期")
