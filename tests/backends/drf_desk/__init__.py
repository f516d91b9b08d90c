"""A helpdesk in Django REST Framework: sessions with CSRF, UUIDs, pages, paths without a slash at their end."""
