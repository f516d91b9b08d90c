"""A bench that scores the checker: an independent backend, and faults to plant in it."""
