"""Alerts in words: rows of the list and of its files, and the page of one."""
