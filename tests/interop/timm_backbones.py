"""Tiny checkpoints of timm's VisionTransformer, saved by `save_for_hf` as published pathology models are, and timm's results."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from expectations import NATIVE, Outputs, write_expected
from libraries import timm, torch, versions
from recipes import random_tensor

TINY = dict(img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=2, mlp_ratio=2)
# Packed SwiGLU counts both halves in its ratio: 2 x 24 here.
PACKED = dict(TINY, mlp_ratio=3)
IMAGENET = dict(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
PATCHES = "patches row by row"
TOKENS = f"forward_features: class token, {PATCHES}"
WITH_REGISTERS = f"forward_features: class token, registers, {PATCHES}"


def head_input(model, pixel_values) -> Outputs:
    """What timm hands its classifier."""
    tokens = model.forward_features(pixel_values)
    return {"feature": model.forward_head(tokens, pre_logits=True), "tokens": tokens}


def classified(model, pixel_values) -> Outputs:
    return head_input(model, pixel_values) | {"logits": model(pixel_values)}


def class_and_mean(model, pixel_values) -> Outputs:
    """The feature that Virchow's authors take: class token, then the mean of the patches without registers."""
    tokens = model.forward_features(pixel_values)
    patches = tokens[:, model.num_prefix_tokens :]
    return {"feature": torch.cat((tokens[:, 0], patches.mean(1)), dim=-1), "tokens": tokens}


@dataclass(frozen=True)
class Case:
    folder: str
    architecture: str
    # What config.json says; the rest comes from the architecture's name.
    model_args: dict
    # What users of the published model pass by hand, which its config.json cannot say.
    by_hand: dict = field(default_factory=dict)
    num_classes: int = 0
    cfg: dict = field(default_factory=lambda: dict(IMAGENET, crop_pct=1.0, interpolation="bicubic"))
    evaluate: Callable[[object, "torch.Tensor"], Outputs] = head_input
    feature: str = "class token after the last norm"
    tokens: str = TOKENS


SWIGLU = dict(mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU)


def cases() -> list[Case]:
    return [
        Case("timm-plain", "vit_small_patch16_224", TINY, num_classes=3, evaluate=classified,
             cfg=dict(mean=(0.5,) * 3, std=(0.5,) * 3, crop_pct=0.9, interpolation="bicubic")),
        Case("timm-layer-scale", "vit_large_patch16_224", dict(TINY, init_values=1e-5, dynamic_img_size=True),
             cfg=dict(IMAGENET, crop_pct=1.0, interpolation="bilinear")),
        Case("timm-registers-swiglu", "vit_giant_patch14_224",
             dict(PACKED, init_values=1e-5, no_embed_class=True, reg_tokens=3, dynamic_img_size=True), SWIGLU,
             tokens=WITH_REGISTERS),
        Case("timm-reg4-dinov2", "vit_giant_patch14_reg4_dinov2", dict(PACKED, init_values=1e-5), tokens=WITH_REGISTERS,
             cfg=dict(mean=(0.707223, 0.578729, 0.703617), std=(0.211883, 0.230117, 0.177517), crop_pct=1.0,
                      interpolation="bicubic")),
        Case("timm-registers-with-positions", "vit_huge_patch14_224",
             dict(PACKED, init_values=1e-5, reg_tokens=4, global_pool="", dynamic_img_size=True), SWIGLU,
             evaluate=class_and_mean, feature="class token, then the mean of the patches, after the last norm",
             tokens=WITH_REGISTERS),
        Case("timm-mean", "vit_base_patch16_224", dict(TINY, global_pool="avg"), feature="fc_norm of the mean of the patches",
             tokens=f"{TOKENS}, before any last norm"),
        Case("timm-qk-norm", "vit_base_patch16_224", dict(TINY, qk_norm=True, qkv_bias=False)),
        Case("timm-siglip", "vit_base_patch16_siglip_224", TINY, feature="the attention pool's output",
             tokens=f"forward_features: {PATCHES}",
             cfg=dict(mean=(0.5,) * 3, std=(0.5,) * 3, crop_pct=1.0, crop_mode="squash", interpolation="bicubic")),
        Case("timm-clip", "vit_base_patch16_clip_quickgelu_224", TINY,
             cfg=dict(mean=(0.48145466, 0.4578275, 0.40821073), std=(0.26862954, 0.26130258, 0.27577711), crop_pct=1.0,
                      interpolation="bicubic")),
    ]  # fmt: skip


def make(vectors: Path) -> None:
    for case in cases():
        folder = vectors / case.folder
        save_random(case, folder)
        write_expected(
            folder,
            made_by=f"{case.architecture} of {versions(timm)}",
            positions="bicubic-antialiased",
            feature=case.feature,
            tokens=case.tokens,
            evaluate=lambda pixel_values, case=case, folder=folder: _evaluate(case, folder, pixel_values),
        )


def save_random(case: Case, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    model = timm.create_model(
        case.architecture,
        num_classes=case.num_classes,
        pretrained_cfg_overlay=dict(case.cfg, input_size=(3, 32, 32)),
        **case.model_args,
        **case.by_hand,
    )
    state = {
        name: torch.from_numpy(random_tensor(case.folder, name, tuple(old.shape)))
        for name, old in model.state_dict().items()
    }
    model.load_state_dict(state)
    model_args = dict(case.model_args, num_classes=case.num_classes)
    timm.models.save_for_hf(model, folder, model_args=model_args, safe_serialization=True)


def _evaluate(case: Case, folder: Path, pixel_values) -> Outputs:
    """timm resamples positions while it loads, to the size it is told, or at run time; both must be the same."""
    size = tuple(pixel_values.shape[2:])
    outputs = case.evaluate(_load(case, folder, img_size=size, dynamic_img_size=False), pixel_values)
    dynamic = case.evaluate(_load(case, folder, img_size=NATIVE, dynamic_img_size=True), pixel_values)
    for name, value in outputs.items():
        difference = float(np.abs(value - dynamic[name]).max())
        assert difference < 1e-5, f"{case.folder} at {size}: {name} differs by {difference}"
    return outputs


def _load(case: Case, folder: Path, **options):
    return timm.create_model(f"local-dir:{folder}", pretrained=True, **case.by_hand, **options).eval()
