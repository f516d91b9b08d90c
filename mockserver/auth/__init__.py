"""Find out who calls: where the credentials travel, and whom a token names."""
