"""`expected.json` of a backbone: what the original library makes of the closed-form pixels at several sizes."""

from collections.abc import Callable, Iterable
from pathlib import Path

from libraries import torch
from recipes import PIXELS, pixels
from vector_files import numbers, write_json

NATIVE = (32, 32)
LARGER = (48, 40)
SMALLER = (16, 24)
SIZES = (NATIVE, LARGER, SMALLER)

Outputs = dict[str, "torch.Tensor"]


def write_expected(
    folder: Path,
    *,
    made_by: str,
    positions: str,
    feature: str,
    tokens: str,
    evaluate: Callable[["torch.Tensor"], Outputs],
    sizes: Iterable[tuple[int, int]] = SIZES,
) -> None:
    """
    `evaluate` maps pixels [1, 3, height, width] to `feature` [1, d], `tokens` [1, n, d] or [1, c, h, w], and whatever else is
    worth comparing; every output is written flat, its shape beside it where it is not a vector.
    """
    cases = []
    for height, width in sizes:
        outputs = evaluate(torch.from_numpy(pixels(height, width)))
        case: dict = {"height": height, "width": width}
        for name, value in outputs.items():
            case[name] = numbers(value)
        case["tokensShape"] = list(outputs["tokens"].shape)
        cases.append(case)
    write_json(
        folder / "expected.json",
        {
            "madeBy": made_by,
            "pixels": PIXELS,
            "positions": positions,
            "feature": feature,
            "tokens": tokens,
            "cases": cases,
        },
    )
