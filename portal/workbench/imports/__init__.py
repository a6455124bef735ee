"""Importing files in the workbench: what the pages show of batches."""
