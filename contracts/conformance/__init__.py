"""The conformance checks: the Schemathesis engine, whose writes go to items of the run, and what it found."""
