"""Random policies whose clauses get in each other's way are those of the analysis."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "analysis"))
