"""Writes resize.json: what Pillow makes of small random pictures, and torch of the same rescaled to numbers.

Needs Pillow, NumPy and torch.
"""
import base64
import json
import pathlib

import numpy as np
import PIL
import torch
from PIL import Image

# Pillow's filter, and the mode of torch.nn.functional.interpolate that torchvision takes for it.
FILTERS = {
    "nearest": (Image.NEAREST, "nearest-exact"),
    "bilinear": (Image.BILINEAR, "bilinear"),
    "bicubic": (Image.BICUBIC, "bicubic"),
    "lanczos": (Image.LANCZOS, None),
}
SIZES = [((17, 11), 8), ((5, 9), 12), ((40, 30), 7), ((8, 8), 8), ((8, 31), 8), ((3, 64), 10)]
RESCALE = 1 / 255


def numbers(pixels, size, mode):
    rescaled = torch.from_numpy(pixels).permute(2, 0, 1)[None] * RESCALE
    antialias = mode != "nearest-exact"
    resized = torch.nn.functional.interpolate(rescaled, (size, size), mode=mode, antialias=antialias)
    return resized[0].permute(1, 2, 0).numpy()


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


rng = np.random.default_rng(7)
cases = []
for (width, height), size in SIZES:
    # Hard edges beside noise: where a wrong kernel or rounding shows.
    pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = rng.choice([0, 255], (height // 2, width // 2, 3))
    image = Image.fromarray(pixels)
    for name, (kernel, mode) in FILTERS.items():
        out = np.asarray(image.resize((size, size), kernel))
        case = {
            "width": width, "height": height, "size": size, "resample": name,
            "input": text(pixels), "output": text(out),
        }
        if mode is not None:
            case["numbers"] = text(numbers(pixels, size, mode).astype("<f4"))
        cases.append(case)
versions = {"pillow": PIL.__version__, "torch": torch.__version__}
document = json.dumps({**versions, "cases": cases}, indent=1)
pathlib.Path(__file__).with_name("resize.json").write_text(document + "\n")
