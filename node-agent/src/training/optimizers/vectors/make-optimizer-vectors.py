"""Writes optimizers.json: twenty steps of torch's optimizers on fixed gradients. Needs torch."""
import json
import pathlib

import torch

STEPS, SIZE = 20, 6
CASES = [
    ("adamw", {"weight_decay": 0.01, "betas": (0.9, 0.999), "eps": 1e-8}),
    ("adamw", {"weight_decay": 0.2, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("sgd", {"weight_decay": 0.0, "momentum": 0.0}),
    ("sgd", {"weight_decay": 0.05, "momentum": 0.9}),
]


def gradient(step):
    return torch.sin(torch.arange(SIZE, dtype=torch.float64) * 1.7 + step * 0.9).float() * 0.5


cases = []
for kind, options in CASES:
    x = torch.linspace(-1, 1, SIZE).requires_grad_()
    make = torch.optim.AdamW if kind == "adamw" else torch.optim.SGD
    optimizer = make([x], lr=1.0, **options)
    path = []
    for step in range(STEPS):
        # A rate that moves, as a schedule makes it.
        optimizer.param_groups[0]["lr"] = 0.05 / (1 + step)
        x.grad = gradient(step)
        optimizer.step()
        path.append([float(f"{v:.9g}") for v in x.tolist()])
    cases.append({"kind": kind, "options": options, "path": path})
text = json.dumps({"torch": torch.__version__, "size": SIZE, "cases": cases})
pathlib.Path(__file__).with_name("optimizers.json").write_text(text + "\n")
