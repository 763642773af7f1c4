"""Makes the demo's backbone: a small vision transformer that learns to see the parts of drawn blood cells.

Input is a folder written by `draw-pretraining-set`; see README.md beside this file. Needs torch, transformers and
safetensors; a development tool, never run by the product. The network is told what is true of a drawing (form and
lobes of the nucleus, where nucleus and cytoplasm lie, granules, pigments), never which of the five kinds it shows.
"""

import argparse
import csv
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import ViTConfig, ViTModel

DRAWN = 80
SIZE = 64
PARTS = 3
# Each patch of 8 x 8 pixels answers for 4 x 4 cells of 2 x 2 pixels.
CELLS = 4
CLASSES = {"form": 3, "lobes": 5}

WEIGHTS = {"form": 1.0, "lobes": 1.0, "measures": 4.0, "parts": 2.0, "views": 0.5}

CONFIG = ViTConfig(
    hidden_size=128,
    num_hidden_layers=6,
    num_attention_heads=4,
    intermediate_size=512,
    hidden_act="gelu",
    layer_norm_eps=1e-6,
    image_size=SIZE,
    patch_size=8,
    num_channels=3,
    qkv_bias=True,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    # On a processor the fused attention is four times slower backward than its plain matrix products.
    attn_implementation="eager",
)

PREPROCESSOR = {
    "image_processor_type": "ViTImageProcessor",
    "do_resize": True,
    "size": {"height": SIZE, "width": SIZE},
    "resample": 3,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


class Drawings:
    """The drawn pictures [n, 80, 80, 3], their parts [n, 80, 80] and attributes [n], all folders in a row."""

    def __init__(self, folders):
        images, parts, rows = [], [], []
        for folder in map(Path, folders):
            images.append(np.fromfile(folder / "images.bin", np.uint8).reshape(-1, DRAWN, DRAWN, 3))
            parts.append(np.fromfile(folder / "parts.bin", np.uint8).reshape(-1, DRAWN, DRAWN))
            with open(folder / "attributes.csv", newline="") as file:
                rows += list(csv.DictReader(file))
        self.images = torch.from_numpy(np.concatenate(images))
        self.parts = torch.from_numpy(np.concatenate(parts))
        columns = {name: torch.tensor([float(row[name]) for row in rows]) for name in rows[0]}
        self.classes = {name: columns.pop(name).long() for name in CLASSES}
        self.measures = {name: (v - v.mean()) / v.std() for name, v in columns.items() if name != "framing"}
        self.measure_table = torch.stack(list(self.measures.values()), 1)

    def __len__(self):
        return len(self.images)


class Pretrainer(nn.Module):
    """The backbone with the heads that are thrown away afterwards."""

    def __init__(self, measures):
        super().__init__()
        self.backbone = ViTModel(CONFIG, add_pooling_layer=False)
        width = CONFIG.hidden_size
        self.classes = nn.ModuleDict({name: nn.Linear(width, n) for name, n in CLASSES.items()})
        self.measures = nn.Linear(width, measures)
        self.parts = nn.Linear(width, PARTS * CELLS * CELLS)

    def forward(self, pixels):
        tokens = self.backbone(pixel_values=pixels).last_hidden_state
        cls = tokens[:, 0]
        side = SIZE // CONFIG.patch_size
        maps = self.parts(tokens[:, 1:]).view(-1, side, side, PARTS, CELLS, CELLS)
        maps = maps.permute(0, 3, 1, 4, 2, 5).reshape(-1, PARTS, side * CELLS, side * CELLS)
        return {name: head(cls) for name, head in self.classes.items()}, self.measures(cls), maps, cls


def crop(images, parts, strength=1.0):
    """Turns, mirrors, scales and shifts each picture; the parts move with it. Returns [n,3,64,64], [n,64,64]."""
    n = len(images)
    angle = torch.rand(n) * 2 * math.pi
    scale = (SIZE / DRAWN) ** (torch.rand(n) * 1.6 - 0.3) * (1 + 0.12 * strength * torch.randn(n).clamp(-2, 2))
    mirror = torch.where(torch.rand(n) < 0.5, 1.0, -1.0)
    stretch = 1 + 0.08 * strength * torch.randn(n).clamp(-2, 2)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos * mirror * stretch, -sin / stretch
    theta[:, 1, 0], theta[:, 1, 1] = sin * mirror * stretch, cos / stretch
    theta[:, :, 2] = 0.11 * strength * torch.randn(n, 2).clamp(-2, 2)
    grid = F.affine_grid(theta, (n, 3, SIZE, SIZE), align_corners=False)
    moved = F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    where = F.grid_sample(
        parts[:, None].float(), grid, mode="nearest", padding_mode="reflection", align_corners=False
    )
    return moved, where[:, 0].long()


def recolour(images):
    """Another lamp, another dye lot, another sensor: what no label may depend on."""
    n = len(images)
    density = -torch.log(images.clamp(0.004, 1))
    turn = torch.eye(3) + 0.10 * torch.randn(n, 3, 3).clamp(-2, 2)
    density = torch.einsum("nij,njhw->nihw", turn, density) * torch.exp(0.25 * torch.randn(n, 1, 1, 1))
    light = torch.exp(0.12 * torch.randn(n, 3, 1, 1) + 0.08 * torch.randn(n, 1, 1, 1))
    images = (light * torch.exp(-density.clamp(min=0))).clamp(0, 1)
    contrast = 1 + 0.2 * torch.randn(n, 1, 1, 1).clamp(-2, 2)
    images = ((images - 0.6) * contrast + 0.6).clamp(0, 1)
    grey = (torch.rand(n, 1, 1, 1) < 0.05).float()
    return images * (1 - grey) + images.mean(1, keepdim=True) * grey


def degrade(images):
    """Blur of any focus and noise of any sensor."""
    small = F.interpolate(images, scale_factor=0.5, mode="bilinear", antialias=True)
    soft = F.interpolate(small, size=SIZE, mode="bicubic")
    share = (torch.rand(len(images), 1, 1, 1) * 2 - 0.8).clamp(0, 1)
    images = images * (1 - share) + soft * share
    noise = 0.03 * torch.rand(len(images), 1, 1, 1) ** 2 * torch.randn_like(images)
    return (images + noise).clamp(0, 1)


def views(drawings, picked):
    """Two views of each drawing, one half of the batch each: pixels [2n,3,64,64] in [-1,1], parts [2n,64,64]."""
    picked = picked.repeat(2)
    images = drawings.images[picked].permute(0, 3, 1, 2).float() / 255
    images, parts = crop(images, drawings.parts[picked])
    return (degrade(recolour(images)) - 0.5) / 0.5, parts, picked


def disagreement(cls):
    """How far the two views of a cell differ, feature by feature, in units of how far cells differ: 0 is agreement."""
    scaled = (cls - cls.mean(0)) / (cls.std(0) + 1e-3)
    one, other = scaled.chunk(2)
    return F.mse_loss(one, other) / 2


def loss_of(model, drawings, picked):
    pixels, parts, picked = views(drawings, picked)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        classes, measures, maps, cls = model(pixels)
    target = F.one_hot(parts, PARTS).permute(0, 3, 1, 2).float()
    target = F.avg_pool2d(target, CONFIG.patch_size // CELLS)
    losses = {name: F.cross_entropy(out.float(), drawings.classes[name][picked]) for name, out in classes.items()}
    losses["measures"] = F.smooth_l1_loss(measures.float(), drawings.measure_table[picked])
    losses["parts"] = F.cross_entropy(maps.float(), target)
    losses["views"] = disagreement(cls.float())
    return sum(WEIGHTS[name] * value for name, value in losses.items()), losses


def save(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model.backbone.save_pretrained(folder)
    stored = load_file(folder / "model.safetensors")
    save_file({k: v.half().contiguous() for k, v in stored.items()}, folder / "model.safetensors", {"format": "pt"})
    config = {"architectures": ["ViTModel"], "model_type": "vit"}
    kept = (
        "hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act layer_norm_eps image_size"
        " patch_size num_channels qkv_bias hidden_dropout_prob attention_probs_dropout_prob"
    )
    config |= {key: getattr(CONFIG, key) for key in kept.split()}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", nargs="+", required=True, help="folders of draw-pretraining-set")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20, help="the schedule is spread over this time")
    parser.add_argument("--steps", type=int, default=0, help="a fixed number of steps instead of a time")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="model.safetensors to go on from")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    drawings = Drawings(options.drawings)
    model = Pretrainer(len(drawings.measures))
    if options.start:
        model.backbone = ViTModel.from_pretrained(options.start, add_pooling_layer=False).float()
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
    started, step, progress = time.time(), 0, 0.0
    while progress < 1:
        elapsed = (time.time() - started) / (60 * options.minutes)
        progress = step / options.steps if options.steps else elapsed
        rate = options.rate * min(1, (step + 1) / 100) * max(0.01, 0.5 * (1 + math.cos(math.pi * min(1, progress))))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, parts = loss_of(model, drawings, torch.randint(len(drawings), (options.batch // 2,)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 50 == 0:
            shown = " ".join(f"{name}={value.item():.3f}" for name, value in parts.items())
            print(f"{step} {time.time() - started:.0f}s loss={loss.item():.3f} {shown}", flush=True)
        if step % 1000 == 0:
            save(model, options.out)
    save(model, options.out)
    print(f"{step} steps in {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
