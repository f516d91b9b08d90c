"""A checker that proves of any backend whether it keeps its contract."""
