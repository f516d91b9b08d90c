"""The OpenAPI document as values: its operations, resources and schemas."""
