"""What is beside the API, under /__mock__/: health, reset, journal, settings, clock, faults."""

from mockserver.control.routes import Control

__all__ = ["Control"]
