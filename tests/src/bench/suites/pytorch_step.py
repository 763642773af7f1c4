"""The step of the benchmark in PyTorch: LoRA of rank 8 on query and value of a random ViT-S/16, batch 8, AdamW, float32.

The trunk's activations are given, as they are cached in the product; the attention is PyTorch's own fused one. Prints one line
of JSON. Usage: pytorch_step.py [--adapt all|last4] [--steps N] [--warm-up N] [--threads N] [--small]
"""

import argparse
import json
import platform
import resource
import time

import torch
from torch.nn import functional

BATCH, HEADS, RANK, CLASSES = 8, 6, 8, 10
ALPHA = 2 * RANK
BLOCKS = {"all": 12, "last4": 4}

parser = argparse.ArgumentParser()
parser.add_argument("--adapt", choices=BLOCKS, default="all")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--warm-up", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--small", action="store_true", help="a transformer of 17 tokens")
options = parser.parse_args()
WIDTH, HIDDEN, TOKENS = (48, 96, 17) if options.small else (384, 1536, 197)
torch.set_num_threads(options.threads)
torch.manual_seed(1)


def frozen(linear):
    torch.nn.init.normal_(linear.weight, std=0.02)
    return linear.requires_grad_(False)


class LowRank(torch.nn.Module):
    """A frozen linear layer and its trained change (alpha / rank) B A."""

    def __init__(self):
        super().__init__()
        self.frozen = frozen(torch.nn.Linear(WIDTH, WIDTH))
        self.down = torch.nn.Linear(WIDTH, RANK, bias=False)
        self.up = torch.nn.Linear(RANK, WIDTH, bias=False)
        torch.nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.frozen(x) + self.up(self.down(x)) * (ALPHA / RANK)


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.before_attention = torch.nn.LayerNorm(WIDTH, eps=1e-6).requires_grad_(False)
        self.query, self.value = LowRank(), LowRank()
        self.key, self.output = (frozen(torch.nn.Linear(WIDTH, WIDTH)) for _ in range(2))
        self.before_mlp = torch.nn.LayerNorm(WIDTH, eps=1e-6).requires_grad_(False)
        self.up = frozen(torch.nn.Linear(WIDTH, HIDDEN))
        self.down = frozen(torch.nn.Linear(HIDDEN, WIDTH))

    def forward(self, x):
        h = self.before_attention(x)
        parts = (part(h) for part in (self.query, self.key, self.value))
        heads = (t.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2) for t in parts)
        attended = functional.scaled_dot_product_attention(*heads)
        x = x + self.output(attended.transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(self.before_mlp(x))))


class Model(torch.nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.blocks = torch.nn.Sequential(*(Block() for _ in range(blocks)))
        self.norm = torch.nn.LayerNorm(WIDTH, eps=1e-6).requires_grad_(False)
        self.head = torch.nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        return self.head(self.norm(self.blocks(x))[:, 0])


model = Model(BLOCKS[options.adapt])
activations = torch.rand(BATCH, TOKENS, WIDTH) * 2 - 1
labels = torch.arange(BATCH) % CLASSES
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-3, weight_decay=0.01)


def step():
    loss = functional.cross_entropy(model(activations), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


milliseconds, losses = [], []
for _ in range(options.warm_up + options.steps):
    start = time.perf_counter()
    losses.append(step())
    milliseconds.append((time.perf_counter() - start) * 1000)
unit = 1024**2 if platform.system() == "Darwin" else 1024
print(
    json.dumps(
        {
            "version": torch.__version__,
            "threads": torch.get_num_threads(),
            "milliseconds": milliseconds[options.warm_up :],
            "loss": losses,
            "peakRssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        }
    )
)
