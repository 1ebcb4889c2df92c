"""What can be proved about a policy beyond names and types: oddities, and how it stands to another policy.

Every finding has been proved for all cases of the case space, and comes with a witness case where there can be one.
"""

from .analyse import analyse
from .compare import compare
from .finding import Analysis, Comparison, Finding, Kind, PolicyComparison, Relation, Severity, Witness

__all__ = [
    "Analysis",
    "Comparison",
    "Finding",
    "Kind",
    "PolicyComparison",
    "Relation",
    "Severity",
    "Witness",
    "analyse",
    "compare",
]
