"""Amounts, percentages and dates: how they are read from files and how they are written for people.

Everything is exact decimal arithmetic; money is 元 inside the program, 万元 and 亿元 exist only in files and on screen.
"""

from geodata.figures.percents import PercentCell, parse_percents
from geodata.figures.reading import (
    Amount,
    DatedValue,
    Precision,
    Unreadable,
    parse_amount,
    parse_date,
    parse_number,
    parse_period,
)
from geodata.figures.wording import date_text, half_up, percent, points, wan, yi, yuan

__all__ = [
    "Amount",
    "DatedValue",
    "PercentCell",
    "Precision",
    "Unreadable",
    "date_text",
    "half_up",
    "parse_amount",
    "parse_date",
    "parse_number",
    "parse_percents",
    "parse_period",
    "percent",
    "points",
    "wan",
    "yi",
    "yuan",
]
