"""Errors that keep a run from starting or going on; the text is one line with the next step."""


class CannotRun(Exception):
    """A run that could not start or go on (exit status 2); the text says what to do."""


class TargetDown(CannotRun):
    """A target that stopped answering."""
