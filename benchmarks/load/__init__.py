"""How fast the mock answers and starts, and what it weighs, beside a bare server in the same run."""
