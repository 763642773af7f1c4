"""Runs the Python of every exported model card as it stands, and compares its logits with those of our own model.

    check_cards.py FOLDER...    folders of write-exports.mjs: base and adapter, or model, and expected.json

What PEFT or, for merged models, the library complains about is a failure.
"""

import json
import re
import sys
from pathlib import Path

from libraries import torch
from recipes import pixels
from recorded_warnings import recorded_warnings

TOLERANCE = 1e-4
ADAPTER_LINE = "model = PeftModel"
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def check(folder: Path) -> float:
    """The largest difference of a logit."""
    expected = json.loads((folder / "expected.json").read_text())
    is_adapter = (folder / "adapter").exists()
    exported = folder / ("adapter" if is_adapter else "model")
    code = CODE.search((exported / "README.md").read_text()).group(1)
    code = code.replace("FOLDER OF THE BASE MODEL", str(folder / "base"))
    code = code.replace("FOLDER OF THIS FILE", str(exported))
    before, line, after = code.partition(ADAPTER_LINE)
    scope = {"pixels": torch.from_numpy(pixels(expected["height"], expected["width"]))}
    with torch.no_grad():
        with recorded_warnings() as of_model:
            exec(before, scope)
        with recorded_warnings() as of_adapter:
            exec(line + after, scope)
            logits = scope["logits"] if "logits" in scope else scope["model"](scope["pixels"])
    # A base says itself that it has no classifier yet: the adapter brings one.
    complaints = of_adapter if is_adapter else of_model + of_adapter
    if (exported / "head.safetensors").exists():
        # The file keeps what the class does not read, such as a tower of text.
        complaints = [text for text in complaints if not _is_about_unused_tensors(text)]
    if complaints:
        raise ValueError("warnings: " + "; ".join(complaints))
    found = getattr(logits, "logits", logits).reshape(-1)
    return float((found - torch.tensor(expected["logits"])).abs().max())


def _is_about_unused_tensors(text: str) -> bool:
    return "LOAD REPORT" in text and set(re.findall(r"\| ([A-Z]{4,}) +\|", text)) == {"UNEXPECTED"}


def main() -> int:
    failures = 0
    print(f"| folder | largest difference of the logits | verdict |\n|{'---|' * 3}")
    for folder in map(Path, sys.argv[1:]):
        try:
            difference = check(folder)
            passed, text = difference <= TOLERANCE, f"{difference:.1e}"
            verdict = "equal" if passed else f"FAILED: differs by more than {TOLERANCE:g}"
        except Exception as error:  # noqa: BLE001: every kind of failure is a row of the table
            passed, text = False, "-"
            verdict = f"FAILED: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        failures += not passed
        print(f"| {folder.name} | {text} | {verdict} |")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
