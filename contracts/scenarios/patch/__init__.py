"""The rules about PATCH of a course, a module for each kind of field."""
