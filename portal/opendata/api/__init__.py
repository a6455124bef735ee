"""/api/v1/: the published tables as plain JSON, with sums, and as a feed of changes from which anybody can mirror."""
