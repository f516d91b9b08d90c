"""The parts of laws and scenarios: their registration, their context, their assertions, and how runs select them."""
