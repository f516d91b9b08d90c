"""The documented course rules, each by the shortest path that shows it; one module per group of rules."""
