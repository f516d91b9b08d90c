"""What is stored, as each schema of the documentation shows it to the caller: one module a resource."""
