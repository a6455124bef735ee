"""The audit trail as a page: filter, statement, words."""
