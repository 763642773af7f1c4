"""Writes timm-border.json: what timm makes of the pictures of tests/interop with crop_mode `border`.

Run in tests/interop, whose requirements.txt names the libraries:
    PYTHONPATH=. python make-timm-border.py ../../node-agent/src/backbones/processors/vectors/timm-border.json
"""

import base64
import json
import sys

import numpy as np

import pictures
from libraries import timm, versions
from vector_files import VECTORS

IMAGENET = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
# 255 x 0.5 and 255 x 0.1 lie half way between two bytes.
HALVES = dict(mean=[0.5, 0.1, 0.3], std=[0.5, 0.5, 0.5])
CASES = {
    "whole": dict(input_size=[3, 24, 24], crop_pct=1.0, interpolation="bicubic", crop_mode="border", **IMAGENET),
    "cropped": dict(input_size=[3, 24, 24], crop_pct=0.9, interpolation="bilinear", crop_mode="border", **HALVES),
    "padded": dict(input_size=[3, 27, 27], crop_pct=1.25, interpolation="bicubic", crop_mode="border", **IMAGENET),
}


def levels(config: dict, width: int, height: int) -> str:
    """Bytes [3, height, width] before normalisation, in base64."""
    picture = pictures.read(VECTORS / "images", width, height)
    options = timm.data.resolve_data_config({}, pretrained_cfg=config)
    values = timm.data.create_transform(**options)(picture).numpy()
    mean, std = (np.array(config[key]).reshape(3, 1, 1) for key in ("mean", "std"))
    whole = (values * std + mean) * 255
    assert np.abs(whole - np.round(whole)).max() < 1e-3
    return base64.b64encode(np.round(whole).astype(np.uint8).tobytes()).decode()


cases = [
    {"name": name, "config": config, "picture": pictures.name(*size), "levels": levels(config, *size)}
    for name, config in CASES.items()
    for size in pictures.SIZES
]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"madeBy": versions(timm), "cases": cases}, file, indent=1)
    file.write("\n")
