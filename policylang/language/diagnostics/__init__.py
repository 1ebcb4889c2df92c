"""What the compiler says: one type of diagnostic, one catalogue of codes, a renderer a file."""

from .diagnostic import Applicability, Diagnostic, Edit, Fix, Related, Severity
from .report import Report

__all__ = ["Applicability", "Diagnostic", "Edit", "Fix", "Related", "Report", "Severity"]
