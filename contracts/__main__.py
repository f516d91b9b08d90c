"""The command `contracts`, and `python -m contracts`."""

import sys

from contracts.errors import CannotRun
from contracts.installation import require_checker


def main() -> None:
    """Run the command; without the packages of the checker, print the line that installs them."""
    try:
        require_checker()
    except CannotRun as error:
        sys.stderr.write(f"contracts: {error}\n")
        sys.exit(2)
    from contracts.cli import commands

    commands.main(prog_name="contracts")


if __name__ == "__main__":
    main()
