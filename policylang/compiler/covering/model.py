"""What rows must cover: parameters and their values, the strength of coverage, and what cannot stand together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .problems import CoveringError

STRONGEST = 4
MOST_COMBINATIONS = 4_000_000
"""Combinations of values to cover in one model. Each takes some bytes and a little time, in every stage."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Exclusion:
    """No row may have, for every parameter named, one of the values given. `because` is shown in reports."""

    values: Mapping[str, frozenset[str]]
    because: str

    def forbids(self, row: Row) -> bool:
        """Whether `row`, which may lack parameters, has the forbidden combination."""
        return all(row.get(name) in allowed for name, allowed in self.values.items())


@dataclass(frozen=True)
class SubModel:
    """Some parameters that are covered at a higher strength than the rest."""

    parameters: tuple[str, ...]
    strength: int


@dataclass(frozen=True)
class CoveringModel:
    """Parameters (name to values), and what every set of rows for them must cover.

    Every combination of values of any `strength` parameters is in some row, unless exclusions make it impossible; the
    same at the higher strength of a sub-model for its parameters. `weights` (parameter, value, whole number from 1,
    which is also the default) say what to prefer where coverage leaves the choice.

    Raises CoveringError when that makes no sense, or is more than MOST_COMBINATIONS to cover.
    """

    parameters: Mapping[str, tuple[str, ...]]
    strength: int = 2
    exclusions: tuple[Exclusion, ...] = ()
    sub_models: tuple[SubModel, ...] = ()
    weights: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_parameters(self.parameters)
        _check_strength("the model", self.strength, len(self.parameters))
        for sub in self.sub_models:
            self._check_names(sub.parameters, "a sub-model")
            if len(set(sub.parameters)) < len(sub.parameters):
                raise CoveringError(f"a sub-model names a parameter twice: {', '.join(sub.parameters)}; name it once")
            _check_strength(f"the sub-model of {', '.join(sub.parameters)}", sub.strength, len(sub.parameters))
        for exclusion in self.exclusions:
            if not exclusion.values:
                raise CoveringError(f"the exclusion {exclusion.because!r} names no parameter; say what it forbids")
            if not all(exclusion.values.values()):
                raise CoveringError(f"the exclusion {exclusion.because!r} has a parameter without values; name some")
            self._check_values(exclusion.values, f"the exclusion {exclusion.because!r}")
        self._check_values(self.weights, "weights")
        for name, weights in self.weights.items():
            for value, weight in weights.items():
                if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= 1_000_000:
                    raise CoveringError(f"the weight of {name} = {value} is {weight!r}; give a whole number 1..1000000")
        self._check_size()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.parameters)

    def scopes(self) -> Iterator[tuple[str, ...]]:
        """The sets of parameters of which every combination of values is to be covered; none twice."""
        seen: set[frozenset[str]] = set()
        for names, strength in self._demands():
            for scope in itertools.combinations(names, strength):
                if frozenset(scope) not in seen:
                    seen.add(frozenset(scope))
                    yield scope

    def _demands(self) -> Iterator[tuple[tuple[str, ...], int]]:
        for sub in self.sub_models:
            yield tuple(name for name in self.parameters if name in sub.parameters), sub.strength
        yield self.names, self.strength

    def _check_names(self, names: Iterable[str], where: str) -> None:
        for name in names:
            if name not in self.parameters:
                known = ", ".join(itertools.islice(self.parameters, 8))
                raise CoveringError(f"{where} names {name!r}, which is no parameter; the parameters are {known}")

    def _check_values(self, values: Mapping[str, Iterable[str]], where: str) -> None:
        self._check_names(values, where)
        for name, some in values.items():
            for value in some:
                if value not in self.parameters[name]:
                    known = ", ".join(self.parameters[name][:8])
                    raise CoveringError(f"{where}: {name} has no value {value!r}; its values are {known}")

    def _check_size(self) -> None:
        # Elementary symmetric polynomials: the sum over all scopes, without listing them.
        size = sum(_combinations([len(self.parameters[name]) for name in names], s) for names, s in self._demands())
        if size > MOST_COMBINATIONS:
            raise CoveringError(
                f"{size:,} combinations are to be covered, and at most {MOST_COMBINATIONS:,} can be; "
                "lower the strength, merge values, or cover only some parameters at this strength with a sub-model"
            )


def excluded(because: str = "", /, **values: str | Iterable[str]) -> Exclusion:
    """No row has all of these together: `excluded(os="mac", browser=["ie", "edge"])`."""
    return exclusion({name: [some] if isinstance(some, str) else some for name, some in values.items()}, because)


def exclusion(values: Mapping[str, Iterable[str]], because: str = "") -> Exclusion:
    """The same for names that are no Python words; without `because` the reason is written from the values."""
    sets = {name: frozenset(some) for name, some in values.items()}
    return Exclusion(sets, because or " and ".join(f"{name} = {_listed(some)}" for name, some in sets.items()))


def implication(
    parameters: Mapping[str, Sequence[str]],
    when: Mapping[str, Iterable[str]],
    then: Mapping[str, Iterable[str]],
    because: str = "",
) -> tuple[Exclusion, ...]:
    """Where a row has `when`, it has `then`: as exclusions, one for each parameter of `then`.

    Raises CoveringError when `then` names something that `parameters` do not have.
    """
    found = []
    for name, some in then.items():
        wanted = frozenset(some)
        if name not in parameters or not wanted <= set(parameters[name]):
            raise CoveringError(f"an implication asks for {name} = {_listed(wanted)}, which the model does not have")
        others = frozenset(parameters[name]) - wanted
        condition = {key: frozenset(values) for key, values in when.items()}
        others = others & condition.get(name, others)
        written = " and ".join(f"{key} = {_listed(values)}" for key, values in condition.items())
        if others:
            reason = because or f"{written} needs {name} = {_listed(wanted)}"
            found.append(Exclusion({**condition, name: others}, reason))
    return tuple(found)


def covering_model(
    parameters: Mapping[str, Iterable[str]],
    strength: int = 2,
    *,
    exclusions: Iterable[Exclusion] = (),
    sub_models: Iterable[SubModel] = (),
    weights: Mapping[str, Mapping[str, int]] | None = None,
) -> CoveringModel:
    """A CoveringModel from any iterables."""
    values = {name: tuple(some) for name, some in parameters.items()}
    return CoveringModel(values, strength, tuple(exclusions), tuple(sub_models), dict(weights or {}))


def _check_parameters(parameters: Mapping[str, tuple[str, ...]]) -> None:
    if not parameters:
        raise CoveringError("the model has no parameters; give at least one, with its values")
    for name, values in parameters.items():
        if isinstance(values, str):
            raise CoveringError(f"the values of {name} are one text, {values!r}; give a list of values")
        if not values:
            raise CoveringError(f"{name} has no values; give it at least one, or leave it out")
        if len(set(values)) < len(values):
            twice = next(value for value in values if values.count(value) > 1)
            raise CoveringError(f"{name} has the value {twice!r} twice; name each value once")


def _check_strength(where: str, strength: int, parameters: int) -> None:
    if not 1 <= strength <= STRONGEST:
        raise CoveringError(f"{where} asks for strength {strength}; strengths are 1 to {STRONGEST}")
    if strength > parameters:
        raise CoveringError(
            f"{where} asks for strength {strength}, but has {parameters} parameters; ask for {parameters} at most"
        )


def _combinations(sizes: Sequence[int], strength: int) -> int:
    sums = [1] + [0] * strength
    for size in sizes:
        for at in range(strength, 0, -1):
            sums[at] += sums[at - 1] * size
    return sums[strength]


def _listed(values: Iterable[str]) -> str:
    return "|".join(sorted(values))
