"""Means of groups by NumPy and SciPy, a second implementation of docs/protocol/v1.md section 4.3. Writes grouped-mean.json beside itself."""

import json
import pathlib

import numpy as np
from scipy import stats

RANGE = 0.5
rng = np.random.default_rng(14)


def quantise(delta, weight, total, sites):
    scale = np.floor((2**31 - 1 - sites) / RANGE)
    clipped = np.clip(delta.astype(np.float64), -RANGE, RANGE)
    return np.rint(clipped * (weight / total) * scale).astype(np.int64), scale


def case(groups, combine, size=5, parameters=7):
    sites = groups * size
    weights = rng.integers(1, 400, size=sites)
    total = int(weights.sum())
    deltas = rng.normal(0, 0.1, size=(sites, parameters)).astype(np.float32)
    deltas[-size:] = np.where(np.arange(parameters) % 2 == 0, RANGE, -RANGE)  # one poisoned group
    previous = rng.normal(0, 1, size=parameters).astype(np.float32)
    words, means = [], []
    for group in range(groups):
        members = range(group * size, (group + 1) * size)
        vectors = [quantise(deltas[i], weights[i], total, sites) for i in members]
        ring = sum(vector for vector, _ in vectors)
        weight = int(weights[list(members)].sum())
        means.append(ring / vectors[0][1] * (total / weight))
        words.extend(int(word) for word in ring % 2**32)
    means = np.array(means)
    if combine["kind"] == "median":
        mean = np.median(means, axis=0)
    else:
        mean = stats.trim_mean(means, combine["trim"] / groups, axis=0)
    return {
        "range": RANGE,
        "sites": sites,
        "weightTotal": total,
        "weights": [int(weights[g * size : (g + 1) * size].sum()) for g in range(groups)],
        "combine": combine,
        "previous": [float(value) for value in previous],
        "ringSums": words,
        "next": [float(value) for value in (previous.astype(np.float64) + mean).astype(np.float32)],
    }


CASES = [
    case(3, {"kind": "median"}),
    case(4, {"kind": "median"}),
    case(3, {"kind": "trimmed-mean", "trim": 1}),
    case(5, {"kind": "trimmed-mean", "trim": 1}),
    case(8, {"kind": "trimmed-mean", "trim": 2}),
]
target = pathlib.Path(__file__).with_name("grouped-mean.json")
target.write_text(json.dumps(CASES, indent=1) + "\n", encoding="utf8")
