"""The course resource in Django REST Framework: a judge that owes nothing to the mock."""
