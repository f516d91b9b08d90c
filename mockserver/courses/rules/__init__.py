"""The rules of courses as predicates: roles, visibility, access, and conditions on bodies."""
