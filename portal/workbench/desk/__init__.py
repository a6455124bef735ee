"""The desk: what waits for a person, what they were told, the figures of a month in one table."""
