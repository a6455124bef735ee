"""What the staff's project page shows, as plain dictionaries for templates/workbench/project.html and its parts."""
