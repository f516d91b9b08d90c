"""The command ``mockserver``, and ``python -m mockserver``."""

import gc


def main() -> None:
    """Start the mock as the arguments say."""
    # While modules load and the mock is built next to nothing becomes garbage, and to look for it takes a sixth of the
    # start. `cli.serve` collects again.
    gc.disable()
    from mockserver import cli

    cli.main()


if __name__ == "__main__":
    main()
