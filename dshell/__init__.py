"""A shell for Docker: course lines work as they stand, and each step that happens is told."""

__version__ = "0.1.0"
