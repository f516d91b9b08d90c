"""Read a request: its parameters, its body, and what it asks of the response."""
