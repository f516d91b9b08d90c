"""Everything between the checker and the target: who asks, what may pass, how fast, over which wire."""
