"""Serve the mock over ASGI: read requests, write responses, and mount the operations in Connexion."""
