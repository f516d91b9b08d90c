"""Values to send, and the search for the smallest one that fails."""
