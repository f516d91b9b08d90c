"""What an OpenAPI document says: resources, operations, schemas, and where responses have items and their ids."""
