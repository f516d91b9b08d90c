"""A stateful mock of a real backend, driven by one OpenAPI contract."""

import warnings

# Connexion imports Starlette's test client, which warns about httpx: nothing that the users of the mock can change.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
