"""What the operations of the platform do that is not plain CRUD."""
