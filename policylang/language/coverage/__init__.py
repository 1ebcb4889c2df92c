"""Coverage: which parts of a policy's logic its exemplars show, and which exemplars are missing."""

from .briefs import Brief
from .measure import measure_coverage
from .places import Place, Places
from .report import CoverageReport, Figure, Item, Kind

__all__ = ["Brief", "CoverageReport", "Figure", "Item", "Kind", "Place", "Places", "measure_coverage"]
