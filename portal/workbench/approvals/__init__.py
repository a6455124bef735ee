"""Deciding on what others sent in: what waits, one shape before and after, the history of a project's shapes."""
