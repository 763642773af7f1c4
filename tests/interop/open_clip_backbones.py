"""Tiny checkpoints of open_clip: its own vision transformer, and a trunk of timm as BiomedCLIP has it, with text towers."""

import copy
import importlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from expectations import SIZES, Outputs, write_expected
from libraries import open_clip, timm, versions
from recipes import random_tensor
from vector_files import write_tensors

TEXT = dict(context_length=8, vocab_size=16, width=8, heads=2, layers=1)
OWN = dict(image_size=32, layers=2, width=16, head_width=8, mlp_ratio=2.0, patch_size=8)
# The trunk's name says its size; this is timm's smallest one.
TRUNK = dict(timm_model_name="test_vit", timm_model_pretrained=False, timm_pool="", timm_proj="linear", image_size=224)
PATCHES = "patches row by row"


@dataclass(frozen=True)
class Case:
    folder: str
    config: dict
    dtype: type
    sizes: tuple[tuple[int, int], ...]
    tokens: str


def cases() -> list[Case]:
    own = f"class token, {PATCHES}, after ln_post"
    return [
        Case("open-clip", dict(embed_dim=6, quick_gelu=True, vision_cfg=OWN, text_cfg=TEXT), np.float32, SIZES, own),
        Case("open-clip-gelu", dict(embed_dim=6, vision_cfg=OWN, text_cfg=TEXT), np.float32, SIZES, own),
        Case("open-clip-timm-trunk", dict(embed_dim=6, custom_text=True, vision_cfg=TRUNK, text_cfg=TEXT), np.float16,
             ((224, 224), (96, 80)), "the first five tokens of the trunk, after its last norm: class token, four patches"),
    ]  # fmt: skip


def make(vectors: Path) -> None:
    for case in cases():
        folder = vectors / case.folder
        save_random(case, folder)
        write_expected(
            folder,
            made_by=f"{_kind(case).__name__} of {versions(open_clip, timm)}",
            positions="bicubic-antialiased",
            feature="encode_image, not normalised: class token after the last norm, projected",
            tokens=case.tokens,
            evaluate=lambda pixel_values, folder=folder: _evaluate(folder, pixel_values),
            sizes=case.sizes,
        )


def _kind(case: Case) -> type:
    return open_clip.CustomTextCLIP if case.config.get("custom_text") else open_clip.CLIP


def save_random(case: Case, folder: Path) -> None:
    """The files that open_clip pushes to a hub, but for the tokenizer."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    arguments = {key: value for key, value in copy.deepcopy(case.config).items() if key != "custom_text"}
    model = _kind(case)(**arguments)
    tensors = {
        name: random_tensor(case.folder, name, tuple(old.shape)).astype(case.dtype)
        for name, old in model.state_dict().items()
    }
    write_tensors(folder / "open_clip_model.safetensors", tensors)
    open_clip.set_model_preprocess_cfg(model, _preprocessing(model))
    # The package's attribute of this name is a function of the module's.
    hub = importlib.import_module("open_clip.push_to_hf_hub")
    hub.save_config_for_hf(model, folder / "open_clip_config.json", model_config=case.config)


def _preprocessing(model) -> dict:
    mean, std = open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD
    return {"size": model.visual.image_size, "mean": mean, "std": std, "interpolation": "bicubic", "resize_mode": "shortest"}


def _evaluate(folder: Path, pixel_values) -> Outputs:
    size = tuple(pixel_values.shape[2:])
    model = open_clip.create_model(f"local-dir:{folder}", force_image_size=size).eval()
    visual = model.visual
    if hasattr(visual, "trunk"):
        tokens = visual.trunk.forward_features(pixel_values)[:, :5]
    else:
        tokens = visual.ln_post(visual.transformer(visual._embeds(pixel_values)))
    feature = model.encode_image(pixel_values)
    if not hasattr(visual, "trunk"):
        difference = float((tokens[:, 0] @ visual.proj - feature).abs().max())
        assert difference < 1e-6, f"{folder.name}: tokens and feature disagree by {difference}"
    return {"feature": feature, "tokens": tokens}
