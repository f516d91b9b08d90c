"""Shops with shelves and items: slugs that follow titles, merge patches, envelopes, cursors, answers without a body."""
