"""Runs checks: from the document and the profile to the results."""
