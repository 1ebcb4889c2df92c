"""What the compiler says: one type of diagnostic, one catalogue of codes, a renderer a file."""

from .diagnostic import Diagnostic, Related, Severity
from .report import Report

__all__ = ["Diagnostic", "Related", "Report", "Severity"]
