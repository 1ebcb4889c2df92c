"""Mutation testing: would the exemplars of a policy notice a mistake in its logic?"""

from .comparison import Witness
from .mutant import Mutant, Operator
from .operators import mutants_of
from .report import MutationReport, Score, mutate
from .trial import Trial, Trials

__all__ = ["Mutant", "MutationReport", "Operator", "Score", "Trial", "Trials", "Witness", "mutants_of", "mutate"]
