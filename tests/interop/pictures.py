"""Three small pictures, drawn by formula: smooth shades, sharp edges, fine stripes and a little noise; one of them is square."""

from pathlib import Path

import numpy as np
from PIL import Image

# Width and height.
SIZES = ((61, 47), (90, 120), (40, 40))


def name(width: int, height: int) -> str:
    return f"{width}x{height}.png"


def draw(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / width, y / height
    red = 90 + 120 * u + 30 * np.sin(9 * v)
    green = 60 + 150 * v
    blue = 140 + 60 * np.sin(5 * u + 3 * v)
    cell = np.hypot(x - 0.62 * width, y - 0.4 * height) < 0.22 * min(width, height)
    stripes = (x + 2 * y) % 5 < 2
    corner = (u < 0.35) & (v > 0.6) & stripes
    red, green, blue = (np.where(cell, level, plane) for level, plane in ((250, red), (20, green), (120, blue)))
    planes = [np.where(corner, level, plane) for level, plane in ((5, red), (240, green), (255, blue))]
    # None in the largest, whose file would be long.
    amplitude = 4 if width < 80 else 0
    noise = np.random.default_rng(width * height).integers(-amplitude, amplitude + 1, (height, width, 1))
    levels = np.stack(planes, axis=-1).round() + noise
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8), "RGB")


def write(folder: Path) -> None:
    for width, height in SIZES:
        draw(width, height).save(folder / name(width, height), optimize=True)


def read(folder: Path, width: int, height: int) -> Image.Image:
    return Image.open(folder / name(width, height)).convert("RGB")
