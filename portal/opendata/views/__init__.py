"""Addresses that other systems read."""
