"""Projects chosen on the map by a box or a lasso: what was asked, the figures, the words."""
