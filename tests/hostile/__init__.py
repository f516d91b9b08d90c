"""Backends with dangerous habits, and what the checker does to the items of others there."""
