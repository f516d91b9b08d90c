"""Answer the requests of the API: find the operation, run it, and change or interrupt the answer."""
