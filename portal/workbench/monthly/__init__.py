"""The figures of a month of all own projects in one table: rows, cells as typed, saving one row at a time."""
