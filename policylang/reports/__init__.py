"""Reports: what a run has come to, as one HTML file for people and as values for programs."""

from .data import ReportData
from .page import write_report
from .report import report_data
from .run_folder import ReportError

__all__ = ["ReportData", "ReportError", "report_data", "write_report"]
