"""Requests and responses as values, their bodies, and the curl lines that send them again."""
