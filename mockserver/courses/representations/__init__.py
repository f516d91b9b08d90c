"""Represent stored documents as the schemas of the documentation do: one module per resource."""
