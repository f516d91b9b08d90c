"""General laws of CRUD, partial update and roles, derived from the spec; one module per family."""
