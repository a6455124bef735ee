"""How documents cross the door: JSON with every type checked, never pickle."""
