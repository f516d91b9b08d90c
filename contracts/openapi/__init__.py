"""Read an OpenAPI document: its resources, operations and schemas, and where responses hold items and their ids."""
