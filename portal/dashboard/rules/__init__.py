"""The rules of warning in words, and their back-tests."""
