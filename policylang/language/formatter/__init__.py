"""Text to tidy text: the same tokens and comments in one layout."""

from .format import WIDTH, Style, format_source

__all__ = ["WIDTH", "Style", "format_source"]
