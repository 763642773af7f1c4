"""Reading and writing of vector folders; the same content gives the same bytes."""

import json
import math
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

VECTORS = Path(__file__).parent / "vectors"


def read_tensors(file: Path) -> dict[str, np.ndarray]:
    with safe_open(file, framework="numpy") as opened:
        return {name: opened.get_tensor(name) for name in sorted(opened.keys())}


def write_tensors(file: Path, tensors: dict[str, np.ndarray]) -> None:
    contiguous = {name: np.require(tensors[name], requirements="C") for name in sorted(tensors)}
    save_file(contiguous, file, metadata={"format": "pt"})


def write_json(file: Path, document: object) -> None:
    """Lists of numbers on one line each, so that a change reads well."""
    file.write_text(_text(document, "") + "\n")


def _text(value: object, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{json.dumps(key)}: {_text(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        lines = [f"{deeper}{_text(item, deeper)}" for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


def numbers(values) -> list[float]:
    """Flat, to seven significant digits: what float32 holds."""
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    if not all(map(math.isfinite, flat)):
        raise ValueError("a value of the vectors is not finite")
    return [float(f"{value:.7g}") for value in flat]
