"""Reporting: the form of a period, its review, nodes and changes of status of one project."""
