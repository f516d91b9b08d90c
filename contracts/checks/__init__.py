"""What a law or a scenario is made of, and how checks are selected."""
