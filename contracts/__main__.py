"""`python -m contracts`."""

from contracts.cli import main

if __name__ == "__main__":
    main(prog_name="contracts")
