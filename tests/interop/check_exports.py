"""Opens with Python what Consilium exported: any warning while an adapter or a merged model is read is a failure.

    check_exports.py FOLDER...            FOLDER/base, FOLDER/adapter (PEFT), FOLDER/expected.json
    check_exports.py --merged FOLDER...   FOLDER/model (weights with the adapter merged in), FOLDER/expected.json

`expected.json`: `logits` of one picture whose pixels are sin(0.05 j), `height` and `width` (32 where missing), and, where the class
has no classifier, so that the head lies in `head.safetensors` beside the adapter or the model, `pool`: class (default), mean or
class-and-mean.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from libraries import peft, torch
from library_models import Opened, open_model
from recipes import pixels
from recorded_warnings import recorded_warnings
from vector_files import read_tensors

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Expected:
    logits: np.ndarray
    height: int
    width: int
    pool: str

    @staticmethod
    def read(folder: Path) -> "Expected":
        document = json.loads((folder / "expected.json").read_text())
        logits = np.asarray(document["logits"], dtype=np.float64).reshape(-1)
        return Expected(logits, document.get("height", 32), document.get("width", 32), document.get("pool", "class"))


def check_adapter(folder: Path) -> tuple[str, dict[str, float]]:
    """The name of the class, and by how much the logits differ from ours with the adapter attached and merged."""
    expected = Expected.read(folder)
    # The base's own classifier is missing or of another size: the adapter brings one.
    opened = open_model(folder / "base", _classes(folder / "adapter", expected))
    with recorded_warnings() as found:
        model = peft.PeftModel.from_pretrained(opened.model, folder / "adapter").eval()
        attached = _difference(opened.having(model), folder / "adapter", expected)
        merged = model.merge_and_unload(safe_merge=True)
        differences = {"attached": attached, "merged": _difference(opened.having(merged), folder / "adapter", expected)}
    _refuse(found)
    return opened.name, differences


def check_merged(folder: Path) -> tuple[str, dict[str, float]]:
    expected = Expected.read(folder)
    with recorded_warnings() as found:
        opened = open_model(folder / "model", None)
        differences = {"merged": _difference(opened, folder / "model", expected)}
    _refuse(found)
    return opened.name, differences


def _classes(adapter: Path, expected: Expected) -> int:
    return 0 if (adapter / "head.safetensors").exists() else len(expected.logits)


def _difference(opened: Opened, beside: Path, expected: Expected) -> float:
    x = torch.from_numpy(pixels(expected.height, expected.width))
    head = beside / "head.safetensors"
    if head.exists():
        tensors = {name: torch.from_numpy(value) for name, value in read_tensors(head).items()}
        logits = torch.nn.functional.linear(opened.feature(x, expected.pool), tensors["weight"], tensors["bias"])
    else:
        logits = opened.logits(x)
    found = logits.numpy().reshape(-1)
    if found.shape != expected.logits.shape:
        raise ValueError(f"{found.size} logits instead of {expected.logits.size}")
    return float(np.abs(found - expected.logits).max())


def _refuse(found: list[str]) -> None:
    if found:
        raise ValueError("warnings: " + "; ".join(found))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--merged", action="store_true", help="folders of merged models")
    arguments = parser.parse_args()
    check = check_merged if arguments.merged else check_adapter
    failures = 0
    print(f"| folder | class | largest difference of the logits | verdict |\n|{'---|' * 4}")
    for folder in arguments.folders:
        try:
            name, differences = check(folder)
            text = ", ".join(f"{key} {value:.1e}" for key, value in differences.items())
            passed = max(differences.values()) <= TOLERANCE
            verdict = "equal" if passed else f"FAILED: differs by more than {TOLERANCE:g}"
        except Exception as error:  # noqa: BLE001: every kind of failure is a row of the table
            name, text, passed = "-", "-", False
            verdict = f"FAILED: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        failures += not passed
        print(f"| {folder.name} | {name} | {text} | {verdict} |")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
