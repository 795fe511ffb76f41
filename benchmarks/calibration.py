"""How often do the statistics find something in nothing, and how often what was planted? On real labels.

    python benchmarks/calibration.py            # all regimes, a quarter of an hour; two tables in Markdown
    python benchmarks/calibration.py --small    # a few heads of each

Heads without any signal lay their arcs over the chains of the bundled data sets; their labels are the real ones. Each
regime calls for one expectation: the background, or the control that holds fixed what the head follows. Of each, the
table gives the share of heads with p < 0.05 and p < 0.001 (one-sided, above), the share of families of 40 heads with
any q < 0.05, and how often the 95 % interval of the lift holds the true one, which is 1.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from protlens.data.burial import UNKNOWN, burial
from protlens.data.catalog import load_dataset
from protlens.data.protein import AMINO_ACIDS
from protlens.properties.selection import resolve_properties
from protlens.runs.counts import PropertyCounts
from protlens.runs.sites import SiteArcs, Sites, cell_factors, cells, places
from protlens.stats.controls import class_chances
from protlens.stats.evidence import Evidence, weigh
from protlens.stats.hit_sums import hit_sums
from protlens.stats.significance import corrected

FAMILY = 40
FEWEST_FAMILIES = 20
"""Families below which their share is not told."""
OFFSETS = 54
LETTERS = {letter: place for place, letter in enumerate(AMINO_ACIDS)}


@dataclass(frozen=True)
class Chain:
    """One protein: its amino acids, how deep its residues lie, and where a property is known and holds."""

    letters: np.ndarray
    depth: np.ndarray
    known: np.ndarray
    holds: np.ndarray


@lru_cache(maxsize=4)
def chains(name: str) -> tuple[Chain, ...]:
    """Return the chains of the bundled data that carry labels for a property."""
    data = load_dataset("ptm-mini" if name.startswith("modification") else "pdb-mini")
    prop = resolve_properties(data, [name])[0]
    found = ((protein, prop.mask(protein)) for protein in data)
    return tuple(
        Chain(
            np.array([LETTERS.get(letter, 20) for letter in protein.sequence]), burial(protein), mask.known, mask.holds
        )
        for protein, mask in found
        if mask is not None
    )


def residue_sites(members: Sequence[Chain]) -> Sites:
    """Return the labelled residues of chains."""
    known = [np.flatnonzero(one.known) for one in members]
    protein = np.repeat(np.arange(len(members)), [len(rows) for rows in known])

    def joined(values: Callable[[Chain], np.ndarray]) -> np.ndarray:
        return np.concatenate([values(one)[rows] for one, rows in zip(members, known, strict=True)]).astype(np.int64)

    factors = {"amino acid": joined(lambda one: one.letters), "place": joined(lambda one: places(len(one.letters)))}
    depth = joined(lambda one: one.depth)
    factors["burial"] = depth
    ones = np.ones(len(protein), np.int64)
    return Sites(protein, np.concatenate(known), ones, joined(lambda one: one.holds), factors)


def residue_counts(name: str, members: Sequence[Chain], sites: Sites, arcs: SiteArcs, heads: int, units=None):
    """Return the sums of heads whose arcs are given by site."""
    size = (len(members), heads)
    place = sites.protein[arcs.site] * heads + arcs.head

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, values, minlength=size[0] * heads).reshape(len(members), 1, heads).astype(np.int64)

    labelled, positive = (np.bincount(sites.protein, values, minlength=size[0]) for values in (None, sites.positive))
    lengths = np.array([len(one.letters) for one in members])
    eligible = summed(arcs.arcs)
    labelled, positive = labelled.astype(np.int64), positive.astype(np.int64)
    return PropertyCounts(
        name, "residue", eligible, eligible, summed(arcs.arcs * sites.positive[arcs.site]),
        labelled * lengths, positive * lengths, labelled, positive,
        summed(np.ones(len(place))), sites, arcs, units,
    )  # fmt: skip


def gathered(sites: Sites, head: np.ndarray, site: np.ndarray, arcs: np.ndarray, heads: int) -> SiteArcs:
    """Return arcs with each place once, in order."""
    total = len(sites.protein)
    place, inverse = np.unique((sites.protein[site] * heads + head) * total + site, return_inverse=True)
    count = np.bincount(inverse, arcs, minlength=len(place)).astype(np.int64)
    kept = count > 0
    return SiteArcs((place // total % heads)[kept], (place % total)[kept], count[kept])


Weights = Callable[[Chain], np.ndarray]


def columns(sites: Sites, rng, *, heads: int, each: float, per: int = 1, carriers: int, run: int = 1) -> SiteArcs:
    """Some random residues of each carrier, or random runs of neighbours, get about ``each`` arcs."""
    first = np.searchsorted(sites.protein, np.arange(sites.protein[-1] + 2))
    chosen = rng.random((heads, len(first) - 1)).argsort(1)[:, :carriers]
    protein = np.repeat(chosen.ravel(), per)
    head = np.repeat(np.repeat(np.arange(heads), chosen.shape[1]), per)
    size = np.diff(first)[protein]
    start = (rng.random(len(protein)) * size).astype(np.int64)
    site = (first[protein][:, None] + (start[:, None] + np.arange(run)) % size[:, None]).ravel()
    arcs = rng.poisson(each, len(site)) if each > 1 else np.ones(len(site), np.int64)
    return gathered(sites, np.repeat(head, run), site, arcs, heads)


def weighted(sites: Sites, rng, weights: Sequence[np.ndarray], *, arcs: float, per_column: int = 1) -> SiteArcs:
    """About ``arcs`` arcs of each head, onto residues drawn by its weights; ``per_column`` arcs at a time."""
    size = rng.poisson(arcs / per_column, len(weights))
    site = [
        np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(number))
        for weight, number in zip(weights, size, strict=True)
    ]
    head, drawn_ = np.repeat(np.arange(len(weights)), size), np.concatenate(site)
    return gathered(sites, head, drawn_, np.full(len(head), per_column), len(weights))


def evidence(counts: PropertyCounts, expectation: str) -> Evidence:
    """Return what the statistics say against the background or against a control."""
    chance = class_chances(counts)[expectation]
    sums = hit_sums(counts.hits, counts.eligible, chance, units=counts.units)
    return weigh(sums, left=chance.left, exact=counts.level == "residue")


@dataclass(frozen=True)
class Rates:
    """Shares of heads or families, in percent, and how many heads there were."""

    heads: int
    called: float
    called_001: float
    families: float
    covered: float
    lift: float


def rates(counts: PropertyCounts, found: Evidence) -> Rates:
    """Return how often heads are called and intervals hold the truth."""
    known = np.isfinite(found.z)
    share = counts.hits.sum((0, 1)) / counts.eligible.sum((0, 1))
    inside = (found.low <= found.expected) & (found.expected <= found.high)
    families = [
        (corrected(found.p_value[part], tested=known[part])[1] < 0.05).any()
        for part in np.array_split(np.arange(known.size), max(known.size // FAMILY, 1))
    ]
    p = found.p_value[known]
    return Rates(
        int(known.sum()),
        *(100 * float(np.mean(values)) for values in (p < 0.05, p < 0.001, families, inside[known])),
        lift=float(np.nanmean(share / found.expected)),
    )


def residue_regimes(rng, heads: int) -> Iterator[tuple[str, str, str, PropertyCounts]]:
    """Yield the regimes of residue properties: property, what the head does, what that calls for, and the sums."""
    common, rare = ("secondary_structure:helix", "binding_site"), ("binding_site:metal", "amino_acid:C", "amino_acid:W")
    for name in (*common, *rare, "modification:phosphorylation_st"):
        members = chains(name)
        sites = residue_sites(members)
        for label, options in {
            "1 residue, 2 arcs, all": {"each": 2, "carriers": 302},
            "1 residue, 6 arcs, 80 proteins": {"each": 6, "carriers": 80},
            "2 residues, 6 arcs, 80 proteins": {"each": 6, "per": 2, "carriers": 80},
            "1 residue, 30 arcs, 30 proteins": {"each": 30, "carriers": 30},
            "1 residue, 100 arcs, all": {"each": 100, "carriers": 302},
            "20 residues, 10 proteins": {"each": 1, "per": 20, "carriers": 10},
            "runs of 5, 6 arcs, 80 proteins": {"each": 6, "carriers": 80, "run": 5},
            "3 runs of 6, 3 arcs, all": {"each": 3, "per": 3, "carriers": 302, "run": 6},
        }.items():
            arcs = columns(sites, rng, heads=heads, **options)
            yield name, label, "background", residue_counts(name, members, sites, arcs, heads)
        for total in (100, 3000, 100_000):
            size = heads // (10 if total > 10_000 else 1)
            arcs = weighted(sites, rng, [np.ones(len(sites.protein))] * size, arcs=total)
            yield name, f"uniform, {total:,} arcs", "background", residue_counts(name, members, sites, arcs, size)


PROFILES = {"leucine": "L", "charged": "DEKR", "hydrophobic": "AVILMFW"}


def followed_regimes(rng, heads: int) -> Iterator[tuple[str, str, str, PropertyCounts]]:
    """Yield heads that follow the amino acid or the place in the chain, which their control holds fixed.

    Profiles of amino acids, and how far from the N terminus a head looks, are drawn for each head: what the labels make
    of one of them is one lot, however many heads share it.
    """
    for name in (
        "secondary_structure:helix",
        "secondary_structure:turn",
        "binding_site",
        "modification:phosphorylation_st",
    ):
        members = chains(name)
        sites = residue_sites(members)
        acids = sites.factors["amino acid"]

        def profiles(size: int, acids=acids) -> list[np.ndarray]:
            return [np.exp(rng.normal(size=21))[acids] for _ in range(size)]

        def starts(size: int, sites=sites) -> list[np.ndarray]:
            return [np.exp(-sites.position / reach) for reach in rng.uniform(10, 40, size)]

        def counted(label: str, against: str, weights: list[np.ndarray], name=name, members=members, sites=sites, **of):
            arcs = weighted(sites, rng, weights, **of)
            return name, label, against, residue_counts(name, members, sites, arcs, len(weights))

        for total in (300, 3000, 30_000):
            size = heads // (10 if total > 10_000 else 1)
            for kind, letters in PROFILES.items():
                weight = 0.1 + np.isin(acids, [LETTERS[one] for one in letters])
                yield counted(f"follows {kind}, {total:,} arcs", "amino acid", [weight] * size, arcs=total)
            yield counted(f"follows a profile of all, {total:,} arcs", "amino acid", profiles(size), arcs=total)
            yield counted(f"follows the N terminus, {total:,} arcs", "place", starts(size), arcs=total)
        both = [one * other for one, other in zip(profiles(heads), starts(heads), strict=True)]
        label = "both, 6 arcs a residue, 3,000 arcs"
        yield counted(label, "amino acid and place", both, arcs=3000, per_column=6)


def buried_regimes(rng, heads: int) -> Iterator[tuple[str, str, str, PropertyCounts]]:
    """Yield heads that look at buried residues, or at exposed ones, alone and with a liking for amino acids.

    How much more a head looks at a residue for each class of depth, and its profile of amino acids, are drawn for each.
    """
    for name in ("secondary_structure:helix", "secondary_structure:strand", "binding_site"):
        members = chains(name)
        sites = residue_sites(members)
        depth, acids = (sites.factors[factor] for factor in ("burial", "amino acid"))

        def deep(size: int, depth=depth) -> list[np.ndarray]:
            return [np.where(depth == UNKNOWN, 1, np.exp(depth * step)) for step in rng.uniform(0.1, 0.6, size)]

        def shallow(size: int, depth=depth) -> list[np.ndarray]:
            return [np.where(depth == UNKNOWN, 1, np.exp(-depth * step)) for step in rng.uniform(0.1, 0.6, size)]

        def deep_profiles(size: int, acids=acids, deep=deep) -> list[np.ndarray]:
            return [one * np.exp(rng.normal(size=21))[acids] for one in deep(size)]

        kinds = {"buried residues": deep, "exposed residues": shallow, "buried residues, a profile": deep_profiles}
        for total in (300, 3000, 30_000):
            size = heads // (10 if total > 10_000 else 1)
            for label, weights in kinds.items():
                arcs = weighted(sites, rng, weights(size), arcs=total)
                counts = residue_counts(name, members, sites, arcs, size)
                yield name, f"follows {label}, {total:,} arcs", "amino acid, place and burial", counts


def copied_regimes(rng, heads: int) -> Iterator[tuple[str, str, str, PropertyCounts]]:
    """Yield heads over proteins that stand four times each, with what their relations being known gives."""
    for name in ("binding_site", "secondary_structure:helix"):
        members = chains(name)[:60]
        sites = residue_sites(members)
        arcs = columns(sites, rng, heads=heads, each=6, per=2, carriers=60)
        copies, total = 4, len(sites.protein)
        repeated = residue_sites([one for one in members for _ in range(copies)])
        first = np.searchsorted(sites.protein, np.arange(len(members)))
        within = arcs.site - first[sites.protein[arcs.site]]
        new_first = np.searchsorted(repeated.protein, np.arange(len(members) * copies))
        owner = sites.protein[arcs.site]
        site = np.concatenate([new_first[owner * copies + copy] + within for copy in range(copies)])
        many = gathered(repeated, np.tile(arcs.head, copies), site, np.tile(arcs.arcs, copies), heads)
        assert len(repeated.protein) == copies * total
        for label, units in {"known": np.repeat(np.arange(len(members)), copies), "unknown": None}.items():
            listed = [one for one in members for _ in range(copies)]
            counts = residue_counts(name, listed, repeated, many, heads, units)
            yield name, f"every protein four times, {label}", "background", counts


@dataclass(frozen=True)
class Pairs:
    """All eligible pairs of some chains: contacts, and the cells that are the sites."""

    sites: Sites
    protein: np.ndarray
    query: np.ndarray
    key: np.ndarray
    site: np.ndarray
    holds: np.ndarray
    letters: np.ndarray
    lengths: np.ndarray

    @property
    def separation(self) -> np.ndarray:
        """The distance of each pair along the chain."""
        return np.abs(self.query - self.key)


@lru_cache(maxsize=1)
def contact_pairs(count: int) -> Pairs:
    """Return the eligible pairs of the first chains."""
    members = chains("contact")[:count]
    parts, rows, start = [], [], 0
    for number, one in enumerate(members):
        query, key = np.nonzero(one.known)
        cell = cells(one.letters[query], one.letters[key], np.abs(query - key))
        holds = one.holds[query, key]
        there, site = np.unique(cell, return_inverse=True)
        sums = np.bincount(site), np.bincount(site, holds)
        parts.append([np.full(len(there), number), there, *sums])
        rows.append([np.full(len(query), number), query, key, site + start, holds, one.letters[key]])
        start += len(there)
    protein, cell, trials, positive = (np.concatenate(part).astype(np.int64) for part in zip(*parts, strict=True))
    sites = Sites(protein, cell, trials, positive, cell_factors(cell))
    lengths = np.array([len(one.letters) for one in members])
    return Pairs(sites, *(np.concatenate(part).astype(np.int32) for part in zip(*rows, strict=True)), lengths)


def pair_counts(pairs: Pairs, head: np.ndarray, pair: np.ndarray, heads: int) -> PropertyCounts:
    """Return the sums of heads whose arcs are given by pair; an arc that is drawn twice counts once."""
    head, pair = np.divmod(np.unique(head * np.int64(len(pairs.site)) + pair), len(pairs.site))
    shape = (len(pairs.lengths), 1, heads)
    place = pairs.protein[pair].astype(np.int64) * heads + head
    eligible, hits = (
        np.bincount(place, values, minlength=shape[0] * heads).reshape(shape).astype(np.int64)
        for values in (None, pairs.holds[pair])
    )
    arcs = gathered(pairs.sites, head, pairs.site[pair].astype(np.int64), np.ones(len(pair)), heads)
    trials, positive = (
        np.bincount(pairs.sites.protein, values, minlength=shape[0]).astype(np.int64)
        for values in (pairs.sites.trials, pairs.sites.positive)
    )
    return PropertyCounts(
        "contact", "pair", eligible, eligible, hits, trials, positive, trials, positive, None, pairs.sites, arcs
    )


def drawn(pairs: Pairs, rng, weight: np.ndarray, *, heads: int, arcs: float) -> tuple[np.ndarray, np.ndarray]:
    """Return arcs drawn by weight, as heads and pairs."""
    size = rng.poisson(arcs, heads)
    pair = np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(size.sum()))
    return np.repeat(np.arange(heads), size), np.minimum(pair, len(weight) - 1)


def attended_columns(pairs: Pairs, rng, *, heads: int, each: float, carriers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return arcs of heads that look at one residue in each carrier, from about ``each`` others drawn at random."""
    order = np.lexsort([pairs.key, pairs.protein])
    column = pairs.protein[order].astype(np.int64) * 10_000 + pairs.key[order]
    first = np.flatnonzero(np.diff(column, prepend=-1))
    size = np.diff(np.append(first, len(column)))
    bounds = np.searchsorted(pairs.protein[order][first], np.arange(len(pairs.lengths) + 1))
    head, pair = [], []
    for one in range(heads):
        chosen = rng.permutation(len(pairs.lengths))[:carriers]
        picked = rng.integers(bounds[chosen], bounds[chosen + 1])
        for start, room in zip(first[picked], size[picked], strict=True):
            arcs = min(rng.poisson(each), room)
            pair.append(order[start + rng.choice(room, arcs, replace=False)])
            head.append(np.full(arcs, one))
    return np.concatenate(head), np.concatenate(pair)


def pair_regimes(rng, heads: int, proteins: int = 150) -> Iterator[tuple[str, str, str, PropertyCounts]]:
    """Yield heads that follow nothing, the separation, or the separation and amino acids."""
    pairs = contact_pairs(proteins)
    separation = pairs.separation
    decay = 1 / separation
    leucine = 0.1 + (pairs.letters == LETTERS["L"])
    profile = np.exp(rng.normal(size=21))[pairs.letters]
    for arcs in (300, 3000, 30_000):
        size = heads // (10 if arcs > 10_000 else 1)
        even = drawn(pairs, rng, np.ones(len(separation)), heads=size, arcs=arcs)
        yield "contact", f"uniform, {arcs:,} arcs", "background", pair_counts(pairs, *even, size)
        for label, weight, control in (
            ("decaying separation", decay, "separation"),
            ("decaying separation, leucine", decay * leucine, "separation and amino acids"),
            ("decaying separation, a profile of all", decay * profile, "separation and amino acids"),
        ):
            found = drawn(pairs, rng, weight, heads=size, arcs=arcs)
            yield "contact", f"{label}, {arcs:,} arcs", control, pair_counts(pairs, *found, size)
    for share in (0.05, 0.5):
        head, pair, size = [], [], min(heads, (20 if share < 0.1 else 2) * OFFSETS)
        there = [np.flatnonzero(pairs.query - pairs.key == 6 + offset) for offset in range(OFFSETS)]
        for one in range(size):
            kept = there[one % OFFSETS][rng.random(len(there[one % OFFSETS])) < share]
            head.append(np.full(len(kept), one))
            pair.append(kept)
        counts = pair_counts(pairs, np.concatenate(head), np.concatenate(pair), size)
        yield "contact", f"one fixed offset, {100 * share:.0f} % of the pairs", "separation", counts
    for each, carriers in ((6, 80), (30, 15), (30, 30), (30, proteins), (100, 40)):
        found = attended_columns(pairs, rng, heads=heads, each=each, carriers=carriers)
        label = f"1 residue, {each} arcs, {min(carriers, proteins)} proteins"
        yield "contact", label, "separation", pair_counts(pairs, *found, heads)


def planted(rng, heads: int, proteins: int = 150) -> Iterator[tuple[str, float, Evidence, PropertyCounts]]:
    """Yield heads of which some arcs are contacts, the others follow separation and amino acids."""
    pairs = contact_pairs(proteins)
    weight = np.exp(rng.normal(size=21))[pairs.letters] / pairs.separation
    true = weight * pairs.holds
    for arcs in (100, 300, 1000, 3000):
        for share in (0.1, 0.2, 0.4):
            noise = drawn(pairs, rng, weight, heads=heads, arcs=arcs * (1 - share))
            signal = drawn(pairs, rng, true, heads=heads, arcs=arcs * share)
            both = (np.concatenate(part) for part in zip(noise, signal, strict=True))
            counts = pair_counts(pairs, *both, heads)
            yield f"{arcs:,}", share, evidence(counts, "separation and amino acids"), counts


def grouped(
    regimes: Iterator[tuple[str, str, str, PropertyCounts]],
) -> dict[tuple[str, str], list[tuple[str, Rates]]]:
    """Return the rates of each kind of head and expectation, property by property."""
    found: dict[tuple[str, str], list[tuple[str, Rates]]] = {}
    for name, label, against, counts in regimes:
        found.setdefault((label, against), []).append((name, rates(counts, evidence(counts, against))))
    return found


def pooled(rows: Sequence[tuple[str, Rates]], part: str) -> float:
    """Return the mean of one number over properties, each with as many heads."""
    return float(np.mean([getattr(one, part) for _, one in rows]))


def main(heads: int) -> None:
    """Print both tables; each figure is the mean over the properties of the regime."""
    print("| what the head does | against | p < 0.05 | p < 0.001 | families | coverage | lift |")
    print("|---|---|---|---|---|---|---|")
    for regimes in (residue_regimes, followed_regimes, buried_regimes, copied_regimes, pair_regimes):
        size = 2 * heads if regimes is pair_regimes else heads
        for (label, against), rows in grouped(regimes(np.random.default_rng(11), size)).items():
            parts = ("called", "called_001", "families", "covered", "lift")
            called, rarely, families, covered, lift = (pooled(rows, part) for part in parts)
            enough = sum(one.heads for _, one in rows) >= FEWEST_FAMILIES * FAMILY
            any_called = f"{families:.0f} %" if enough else "\N{EN DASH}"
            numbers = f"{called:.1f} % | {rarely:.2f} % | {any_called} | {covered:.1f} % | {lift:.2f}"
            print(f"| {label} | {against} | {numbers} |", flush=True)
    print("\n| arcs | contacts planted | lift over the control | found |")
    print("|---|---|---|---|")
    for arcs, share, found, counts in planted(np.random.default_rng(12), heads // 10):
        lift = counts.hits.sum((0, 1)) / counts.eligible.sum((0, 1)) / found.expected
        called = (found.p_value * FAMILY <= 0.05) & (found.low > found.expected) & (lift >= 1.1)
        print(f"| {arcs} | {100 * share:.0f} % | {lift.mean():.2f} | {100 * called.mean():.0f} % |", flush=True)


if __name__ == "__main__":
    main(heads=80 if "--small" in sys.argv else 1000)
