"""Writes resize.json: what Pillow makes of small random pictures. Needs Pillow and NumPy."""
import base64
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

FILTERS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
SIZES = [((17, 11), 8), ((5, 9), 12), ((40, 30), 7), ((8, 8), 8), ((8, 31), 8), ((3, 64), 10)]

rng = np.random.default_rng(7)
cases = []
for (width, height), size in SIZES:
    # Hard edges beside noise: where a wrong kernel or rounding shows.
    pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = rng.choice([0, 255], (height // 2, width // 2, 3))
    image = Image.fromarray(pixels)
    for name, kernel in FILTERS.items():
        out = np.asarray(image.resize((size, size), kernel))
        cases.append({
            "width": width, "height": height, "size": size, "resample": name,
            "input": base64.b64encode(pixels.tobytes()).decode(),
            "output": base64.b64encode(out.tobytes()).decode(),
        })
text = json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=1)
pathlib.Path(__file__).with_name("resize.json").write_text(text + "\n")
