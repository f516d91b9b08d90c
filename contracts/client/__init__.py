"""Sends requests to the target as its users, within limits and permissions, and deletes what a run created."""
