"""Reading text: `lines` cuts it into numbers, `columns` finds the coordinates in them, `lists` and `wellknown` draw."""
