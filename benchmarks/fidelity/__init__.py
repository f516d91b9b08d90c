"""How far the mock answers as an independent backend does: the same requests to both, every difference explained."""
