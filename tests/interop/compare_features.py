"""Compares features that Consilium computed with those of the original libraries, and prints a table.

    compare_features.py FOLDER=FEATURES...

FOLDER holds `expected.json` of make_large.py or make_backbones.py; FEATURES is a safetensors file whose tensor `features` [n, d] has
a row for each picture, or size, of `expected.json`, in its order. The difference is relative: the largest one of a row over the
largest number that is expected in it. Above --tolerance the exit status is 1.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from vector_files import read_tensors


def expected_features(folder: Path) -> np.ndarray:
    """[n, d] float64"""
    document = json.loads((folder / "expected.json").read_text())
    rows = document.get("features") or [case["feature"] for case in document["cases"]]
    return np.asarray(rows, dtype=np.float64)


def relative_difference(found: np.ndarray, expected: np.ndarray) -> float:
    if found.shape != expected.shape:
        raise ValueError(f"features of shape {list(found.shape)} where {list(expected.shape)} are expected")
    if not np.isfinite(found).all():
        raise ValueError("a feature is not finite")
    return float((np.abs(found - expected).max(1) / np.abs(expected).max(1)).max())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", metavar="FOLDER=FEATURES")
    parser.add_argument("--tolerance", type=float, default=2e-4)
    arguments = parser.parse_args()
    failures = 0
    print(f"| model | pictures | width | largest relative difference | verdict |\n|{'---|' * 5}")
    for pair in arguments.pairs:
        folder, _, file = pair.partition("=")
        expected = expected_features(Path(folder))
        found = read_tensors(Path(file))["features"].astype(np.float64)
        difference = relative_difference(found, expected)
        passed = difference <= arguments.tolerance
        failures += not passed
        pictures, width = expected.shape
        verdict = "equal" if passed else f"FAILED: above {arguments.tolerance:g}"
        print(f"| {Path(folder).name} | {pictures} | {width} | {difference:.1e} | {verdict} |")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
