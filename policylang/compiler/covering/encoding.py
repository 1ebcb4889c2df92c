"""The model in whole numbers: columns, values, symbols, and exclusions as sets of bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .model import CoveringModel
from .problems import CoveringError

Whole = NDArray[np.int32]
UNSET = -1
"""In place of a value, where a row leaves it open."""


class Encoding:
    """Column `c` is the c-th parameter. Symbol `first[c] + v` is its v-th value; sets of symbols are bits of an int."""

    def __init__(self, model: CoveringModel) -> None:
        self.model = model
        self.names = model.names
        self.column = {name: at for at, name in enumerate(self.names)}
        self.value = [{value: at for at, value in enumerate(model.parameters[name])} for name in self.names]
        self.levels = [len(model.parameters[name]) for name in self.names]
        self.first = [sum(self.levels[:at]) for at in range(len(self.levels))]
        self.symbols = sum(self.levels)
        self.masks = [((1 << size) - 1) << first for size, first in zip(self.levels, self.first, strict=True)]
        self.everything = (1 << self.symbols) - 1
        self.column_of = [c for c, size in enumerate(self.levels) for _ in range(size)]
        self.exclusions = [self._bits(exclusion.values) for exclusion in model.exclusions]

    def _bits(self, values: Mapping[str, frozenset[str]]) -> dict[int, int]:
        """For each column named, the symbols that are part of the forbidden combination."""
        return {
            self.column[name]: sum(
                1 << (self.first[self.column[name]] + self.value[self.column[name]][v]) for v in some
            )
            for name, some in values.items()
        }

    def row(self, values: Mapping[str, str], where: str) -> list[int]:
        """The numbers of a row that may be partial. Raises CoveringError for what the model does not have."""
        found = [UNSET] * len(self.names)
        for name, value in values.items():
            if name not in self.column:
                raise CoveringError(f"{where} has the parameter {name!r}, which the model does not have; remove it")
            c = self.column[name]
            if value not in self.value[c]:
                raise CoveringError(f"{where} has {name} = {value!r}; the values are {', '.join(self.value[c])}")
            found[c] = self.value[c][value]
        return found

    def named(self, row: Sequence[int]) -> dict[str, str]:
        return {name: self.model.parameters[name][v] for name, v in zip(self.names, row, strict=True) if v != UNSET}

    def bits(self, row: Sequence[int]) -> int:
        """The symbols of a row, open places left out."""
        return sum(1 << (first + v) for first, v in zip(self.first, row, strict=True) if v != UNSET)
