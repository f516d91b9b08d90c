"""The command ``mockserver``, and ``python -m mockserver``."""

import gc


def main() -> None:
    """Start the mock."""
    # Loading modules and building the mock leaves no garbage, and looking for it takes a sixth of the start.
    # `cli.serve` switches the collector on again.
    gc.disable()
    from mockserver import cli

    cli.main()


if __name__ == "__main__":
    main()
