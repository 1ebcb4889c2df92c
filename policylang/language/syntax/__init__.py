"""Text to syntax tree."""

from .parser import parse
from .tree import File

__all__ = ["File", "parse"]
