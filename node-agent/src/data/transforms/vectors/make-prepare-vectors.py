"""Writes prepare.json: what the processors of transformers, timm and open_clip make of drawn pictures, as float32 numbers.

Needs transformers, timm, open_clip, torch, torchvision and Pillow.
"""
import base64
import json
import pathlib

import numpy as np
from open_clip.transform import image_transform
from PIL import Image
from timm.data.transforms_factory import transforms_imagenet_eval
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.dinov3_vit.image_processing_dinov3_vit import DINOv3ViTImageProcessor
from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

MEAN = [0.485, 0.456, 0.406]
STD = [0.229, 0.224, 0.225]
COMMON = {"image_mean": MEAN, "image_std": STD}


def draw(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * x * 7 + y * 13 + c * 71 + (x * y % 11) * 19) % 256).astype(np.uint8)


def transformers(processor):
    return lambda image: processor(image, return_tensors="np")["pixel_values"][0]


def vision(transform):
    return lambda image: transform(image).numpy()


def timm(**options):
    return vision(transforms_imagenet_eval(mean=MEAN, std=STD, **options))


def clip(mode):
    return vision(image_transform(11, False, MEAN, STD, resize_mode=mode, interpolation="bicubic"))


def exact(height, width):
    return {"kind": "exact", "height": height, "width": width}


def crop(size, offset):
    return {"height": size, "width": size, "offset": offset}


shortest = lambda size: {"kind": "shortest-edge", "size": size}
longest = lambda size: {"kind": "longest-edge", "size": size}
sam_size = {"size": {"longest_edge": 12}, "pad_size": {"height": 12, "width": 12}}
cut = lambda short, size: {
    "size": {"shortest_edge": short}, "crop_size": {"height": size, "width": size},
}

# name, (width, height), what the library computes, resize, filter, crop, what is resized
CASES = [
    ("ViTImageProcessor", (23, 17), transformers(ViTImageProcessorPil(size={"height": 9, "width": 12}, **COMMON)),
     exact(9, 12), "bilinear", None, "bytes"),
    ("ViTImageProcessor, lanczos", (23, 17), transformers(ViTImageProcessorPil(size={"height": 9, "width": 12}, resample=1, **COMMON)),
     exact(9, 12), "lanczos", None, "bytes"),
    ("BitImageProcessor", (23, 16), transformers(BitImageProcessorPil(**cut(13, 10), **COMMON)),
     shortest(13), "bicubic", crop(10, "down"), "bytes"),
    ("BitImageProcessor that pads", (23, 16), transformers(BitImageProcessorPil(**cut(8, 10), **COMMON)),
     shortest(8), "bicubic", crop(10, "down"), "bytes"),
    ("SamImageProcessor", (16, 23), transformers(SamImageProcessorPil(**sam_size, **COMMON)),
     longest(12), "bilinear", None, "bytes"),
    ("SamImageProcessor, a tie", (48, 18), transformers(SamImageProcessorPil(**sam_size, **COMMON)),
     longest(12), "bilinear", None, "bytes"),
    ("DINOv3ViTImageProcessor", (23, 17), transformers(DINOv3ViTImageProcessor(size={"height": 9, "width": 12}, **COMMON)),
     exact(9, 12), "bilinear", None, "numbers"),
    ("timm center", (20, 29), timm(img_size=10, crop_pct=10 / 13, interpolation="bicubic"),
     shortest(13), "bicubic", crop(10, "half-even"), "bytes"),
    ("timm squash", (20, 29), timm(img_size=10, crop_pct=10 / 13, crop_mode="squash", interpolation="bilinear"),
     exact(13, 13), "bilinear", crop(10, "half-even"), "bytes"),
    ("open_clip shortest", (29, 20), clip("shortest"), shortest(11), "bicubic", crop(11, "half-even"), "bytes"),
    ("open_clip longest", (29, 20), clip("longest"), longest(11), "bicubic", crop(11, "half-even"), "bytes"),
    ("open_clip longest, a tie", (44, 18), clip("longest"), longest(11), "bicubic", crop(11, "half-even"), "bytes"),
    ("open_clip squash", (29, 20), clip("squash"), exact(11, 11), "bicubic", None, "bytes"),
]

cases = []
for name, (width, height), compute, resize, resample, kept, resizes in CASES:
    out = np.transpose(compute(Image.fromarray(draw(width, height))), (1, 2, 0))
    cases.append({
        "name": name, "width": width, "height": height, "resize": resize, "resample": resample,
        **({} if kept is None else {"crop": kept}), "resizes": resizes, "shape": list(out.shape),
        "output": base64.b64encode(np.ascontiguousarray(out, dtype="<f4").tobytes()).decode(),
    })
document = json.dumps({"mean": MEAN, "std": STD, "cases": cases}, indent=1)
pathlib.Path(__file__).with_name("prepare.json").write_text(document + "\n")
