"""Sources with layouts of their own: what their files look like, what their columns mean, remembered per source."""
