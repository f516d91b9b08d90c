"""What keeps a run from starting or going on, said in one line with the next step."""


class CannotRun(Exception):
    """The check could not run at all (exit status 2); the text says what to do."""


class TargetDown(CannotRun):
    """The target does not answer any more."""
