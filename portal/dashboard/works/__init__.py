"""Lists of works as files."""
