"""Writes resampling.json: lines resampled by torch.nn.functional.interpolate as each library resamples position tables.

Run: python make-resampling.py > resampling.json (torch 2.13). Number i of a line is sin(1 + i * i); only one axis changes.
"""

import json

import torch
from torch.nn.functional import interpolate

SIZES = [(4, 4), (4, 6), (4, 5), (4, 2), (5, 3), (7, 16), (16, 7)]


def resampled(length: int, to: int, rule: str) -> list[float]:
    line = torch.sin(1 + torch.arange(length, dtype=torch.float32) ** 2)
    table = line.reshape(1, 1, length, 1).repeat(1, 1, 1, 4)
    options = {"mode": "bicubic", "align_corners": False, "antialias": rule == "bicubic-antialiased"}
    if rule == "bicubic-offset":
        result = interpolate(table, scale_factor=((to + 0.1) / length, 1.0), **options)
    else:
        result = interpolate(table, size=(to, 4), **options)
    return [round(value, 6) for value in result[0, 0, :, 1].tolist()]


print(
    json.dumps(
        [
            {"from": length, "to": to, "interpolation": rule, "values": resampled(length, to, rule)}
            for length, to in SIZES
            for rule in ("bicubic", "bicubic-antialiased", "bicubic-offset")
        ]
    )
)
