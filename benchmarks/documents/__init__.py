"""Whether the mock serves documents that it was not written for."""
