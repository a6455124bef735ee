"""Coordinates that a person types or pastes, and a file, on their way into one project's geometry.

Nothing is written here: the answer is a geometry in EPSG:4490 with its evidence for the editor, or a question with one
geometry for each possible answer, or a refusal by row and column. `coordinates.read_coordinates` and
`files.read_upload` are the two doors; `typed/` reads text, `systems` decides the coordinate system, `drawing` builds
the geometry.
"""
