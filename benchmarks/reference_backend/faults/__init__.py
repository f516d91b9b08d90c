"""Faults to plant in the reference, and variants that are none."""

from . import (
    access,
    assumed,
    atomicity,
    partial_update,
    persistence,
    protection,
    shape,
    table,
    transitions,
    validation,
    variants,
)
from .table import VARIANTS, Fault, Variant, planted

FAULTS = dict(sorted(table.FAULTS.items()))

__all__ = [
    "FAULTS",
    "VARIANTS",
    "Fault",
    "Variant",
    "access",
    "assumed",
    "atomicity",
    "partial_update",
    "persistence",
    "planted",
    "protection",
    "shape",
    "transitions",
    "validation",
    "variants",
]
