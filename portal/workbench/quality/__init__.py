"""The quality report of the shapes: its lines and the rows behind its numbers, as texts and as files."""
