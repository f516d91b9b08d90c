"""The checker on backends of other habits."""
