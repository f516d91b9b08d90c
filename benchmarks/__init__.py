"""Measurements beside the tests: how fast the mock is, and how many faults the checker finds."""
