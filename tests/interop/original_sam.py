"""A checkpoint with the names of the original segment-anything code, as MedSAM's is; transformers computes the reference."""

import re
import shutil
from pathlib import Path

from expectations import write_expected
from libraries import transformers as hf, versions
from recipes import random_tensor
from transformers_backbones import NECK, SAM, neck, save_random
from vector_files import read_tensors, write_tensors

TO_ORIGINAL = (
    (r"^patch_embed\.projection\.", "patch_embed.proj."),
    (r"^layers\.(\d+)\.layer_norm(\d)\.", r"blocks.\1.norm\2."),
    (r"^layers\.", "blocks."),
    (r"^neck\.conv1\.", "neck.0."),
    (r"^neck\.layer_norm1\.", "neck.1."),
    (r"^neck\.conv2\.", "neck.2."),
    (r"^neck\.layer_norm2\.", "neck.3."),
)
# Of the rest of the model, a tensor of each part.
EXTRA = {
    "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix": (2, 4),
    "mask_decoder.iou_token.weight": (1, 8),
}


def make(vectors: Path) -> None:
    folder = vectors / "original-sam"
    model = save_random(hf.SamVisionModel, hf.SamVisionConfig(**SAM), folder)
    tensors = {_original_name(name): value for name, value in read_tensors(folder / "model.safetensors").items()}
    shutil.rmtree(folder)
    folder.mkdir()
    extra = {name: random_tensor(folder.name, name, shape) for name, shape in EXTRA.items()}
    write_tensors(folder / "model.safetensors", tensors | extra)
    write_expected(
        folder,
        made_by=f"names of the original segment-anything, computed by SamVisionModel of {versions(hf)}",
        positions="none",
        feature=NECK,
        tokens="the neck's output [1, channels, rows, columns]",
        evaluate=lambda pixel_values: neck(model, pixel_values),
        sizes=((40, 40),),
    )


def _original_name(name: str) -> str:
    name = name.removeprefix("vision_encoder.")
    for pattern, replacement in TO_ORIGINAL:
        name = re.sub(pattern, replacement, name)
    return f"image_encoder.{name}"
