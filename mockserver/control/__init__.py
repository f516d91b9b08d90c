"""The control plane, under /__mock__/: health, reset, journal, settings, clock, faults."""

from mockserver.control.routes import PREFIX, Control

__all__ = ["PREFIX", "Control"]
