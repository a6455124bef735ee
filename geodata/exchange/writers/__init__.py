"""Writing lists as files: CSV row by row, XLSX by a library. What a column is, is said once for both."""

from geodata.exchange.writers.comma import csv_lines
from geodata.exchange.writers.geopackage import Layer, write_geopackage
from geodata.exchange.writers.sheets import Column, Kind, Sheet
from geodata.exchange.writers.workbook import LARGEST_WORKBOOK, check_size, write_workbook
from geodata.figures.cells import safe

__all__ = [
    "LARGEST_WORKBOOK",
    "Column",
    "Kind",
    "Layer",
    "Sheet",
    "check_size",
    "csv_lines",
    "safe",
    "write_geopackage",
    "write_workbook",
]
