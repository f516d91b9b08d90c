"""A stateful mock of a real backend, driven by one OpenAPI contract."""
