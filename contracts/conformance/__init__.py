"""Conformance (lane A): the Schemathesis engine, and what stands between it and the rest of the checker."""
