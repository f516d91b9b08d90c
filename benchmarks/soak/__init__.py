"""Does the mock endure: a hundred thousand requests, good and bad, of everybody to every operation."""
