"""Set-up and operations: everything `make` does before and around Django.

Only the standard library is imported here, because the first command of a fresh machine runs before any
virtual environment exists. Works on the system's python3 >= 3.11.
"""
