"""How templates write dates in each language, as portal/wording.py does in Python."""
