"""The command ``mockserver``, and ``python -m mockserver``."""

import gc

# While modules load and the mock is built next to nothing becomes garbage, and to look for it takes a sixth of the
# start. `cli.serve` collects again.
gc.disable()

from mockserver.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
