"""The vendor's client against the mock."""
