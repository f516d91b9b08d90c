"""Hold validation and generated values against the JSON Schema Test Suite, and against real documents."""
