"""Meaning to text: a policy as a .pol file."""

from .policy import to_source

__all__ = ["to_source"]
