"""Sends requests to the target: who asks, what may be sent, how fast, by which connection; deletes what is left."""
