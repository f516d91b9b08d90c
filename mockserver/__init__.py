"""A stateful mock of a real backend, driven by one OpenAPI contract."""

import warnings

# Connexion imports Starlette's test client, which announces a successor of httpx to whoever starts the mock.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
