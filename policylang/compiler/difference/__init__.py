"""Two bundles of one policy: which artefacts go stale and why, and what a change breaks for those who use them."""

from .accepted import AcceptanceError, Accepted, AcceptedBreak, read_accepted, sort_out
from .artefacts import ArtefactChange, ArtefactDifference, artefacts
from .breaks import Break, Grade, breaks
from .bump import Bump, bump

__all__ = [
    "AcceptanceError",
    "Accepted",
    "AcceptedBreak",
    "ArtefactChange",
    "ArtefactDifference",
    "Break",
    "Bump",
    "Grade",
    "artefacts",
    "breaks",
    "bump",
    "read_accepted",
    "sort_out",
]
