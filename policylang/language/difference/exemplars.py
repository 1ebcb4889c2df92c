"""Which exemplar of a clause in one version is which in the other."""

from __future__ import annotations

from ..meaning.hashing import exemplar_hash
from ..meaning.policy import Clause, Exemplar
from .pairs import paired, renames

Pair = tuple[Exemplar | None, Exemplar | None]


def exemplar_pairs(old: Clause | None, new: Clause | None) -> list[Pair]:
    """Exemplars of both in pairs: the named by name, else by content; the unnamed by content, else in order.

    The number of an exemplar without a name is its place, so that one put in front of others renumbers them all.
    """
    before = list(old.exemplars) if old else []
    after = list(new.exemplars) if new else []
    pairs = _unnamed([one for one in before if one.name is None], [one for one in after if one.name is None])
    named = [one for one in before if one.name is not None], [one for one in after if one.name is not None]
    anew = {pair.old: pair.new for pair in renames(*named, lambda one: one.id, content)}
    aligned = [one.model_copy(update={"id": anew.get(one.id, one.id)}) for one in named[0]]
    originals = dict(zip((one.id for one in aligned), named[0], strict=True))
    pairs += [(originals[was.id] if was else None, now) for was, now in paired(aligned, named[1], lambda one: one.id)]
    order = {one.id: number for number, one in enumerate(after)}
    return sorted(pairs, key=lambda pair: order[pair[1].id] if pair[1] else len(order))


def _unnamed(before: list[Exemplar], after: list[Exemplar]) -> list[Pair]:
    waiting: dict[str, list[Exemplar]] = {}
    for one in before:
        waiting.setdefault(content(one), []).append(one)
    pairs: list[Pair] = []
    fresh = []
    for one in after:
        same = waiting.get(content(one))
        if same:
            pairs.append((same.pop(0), one))
        else:
            fresh.append(one)
    kept = {id(was) for was, _ in pairs}
    gone = [one for one in before if id(one) not in kept]
    pairs += zip(gone, fresh, strict=False)
    count = min(len(gone), len(fresh))
    return [*pairs, *((one, None) for one in gone[count:]), *((None, one) for one in fresh[count:])]


def content(exemplar: Exemplar) -> str:
    """What an exemplar says, whatever it is called."""
    return exemplar_hash(exemplar.model_copy(update={"id": "", "name": None}))
