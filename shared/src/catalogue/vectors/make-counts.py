"""Counts the parameters of the encoders as timm and transformers build them, on the meta device: no weights are needed.

What is no part of a backbone is left out: mask tokens, poolers of ViTModel, decoders.
"""

import json
from pathlib import Path

import timm
import torch
import transformers as hf

LEFT_OUT = ("mask_token", "pooler.", "decoder.")


def count(model: torch.nn.Module) -> int:
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith(LEFT_OUT) and ".mask_token" not in name)


def with_timm(name: str, **own) -> int:
    with torch.device("meta"):
        return count(timm.create_model(name, num_classes=0, **own))


def with_transformers(model_class, config) -> int:
    with torch.device("meta"):
        return count(model_class(config))


SMALL = dict(hidden_size=384, num_hidden_layers=12, num_attention_heads=6)
BASE = dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12)
LARGE = dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16)
GIANT = dict(hidden_size=1536, num_hidden_layers=40, num_attention_heads=24, use_swiglu_ffn=True)
SO400M = dict(hidden_size=1152, num_hidden_layers=27, num_attention_heads=16, intermediate_size=4304)

gated = dict(mlp_layer=timm.layers.SwiGLUPacked, act_layer=torch.nn.SiLU, init_values=1e-5)


def dinov2(size: dict, patch: int, image: int) -> int:
    return with_transformers(hf.Dinov2Model, hf.Dinov2Config(**size, patch_size=patch, image_size=image))


def registers(size: dict, patch: int, image: int) -> int:
    config = hf.Dinov2WithRegistersConfig(**size, patch_size=patch, image_size=image)
    return with_transformers(hf.Dinov2WithRegistersModel, config)


def dinov3(size: dict) -> int:
    return with_transformers(hf.DINOv3ViTModel, hf.DINOv3ViTConfig(**size, num_register_tokens=4))


def vit(size: dict, inner: int) -> int:
    return with_transformers(hf.ViTModel, hf.ViTConfig(**size, intermediate_size=inner))


def clip(size: dict, inner: int, patch: int, projection: int) -> int:
    config = hf.CLIPVisionConfig(**size, intermediate_size=inner, patch_size=patch, projection_dim=projection)
    return with_transformers(hf.CLIPVisionModelWithProjection, config)


def siglip(size: dict, patch: int, image: int) -> int:
    config = hf.SiglipVisionConfig(**size, patch_size=patch, image_size=image)
    return with_transformers(hf.SiglipVisionModel, config)


counts = {
    "uni": with_timm("vit_large_patch16_224", init_values=1e-5),
    "uni2-h": with_timm(
        "vit_giant_patch14_224", patch_size=14, depth=24, num_heads=24, embed_dim=1536, mlp_ratio=2.66667 * 2,
        no_embed_class=True, reg_tokens=8, **gated,
    ),
    "virchow": with_timm("vit_huge_patch14_224", mlp_ratio=5.3375, global_pool="", **gated),
    "virchow2": with_timm("vit_huge_patch14_224", mlp_ratio=5.3375, global_pool="", reg_tokens=4, **gated),
    "prov-gigapath": with_timm("vit_giant_patch14_dinov2", img_size=224, patch_size=16, mlp_ratio=5.33334),
    "h-optimus-0": with_timm("vit_giant_patch14_reg4_dinov2", img_size=224),
    "h0-mini": with_timm("vit_base_patch14_reg4_dinov2", img_size=224, mlp_ratio=5.33334, **gated),
    "kaiko-s8": with_timm("vit_small_patch8_224"),
    "kaiko-s16": with_timm("vit_small_patch16_224"),
    "kaiko-b8": with_timm("vit_base_patch8_224"),
    "kaiko-b16": with_timm("vit_base_patch16_224"),
    "kaiko-l14": with_timm("vit_large_patch14_reg4_dinov2"),
    "gpfm": with_timm("vit_large_patch14_dinov2", img_size=224),
    # Without fc_norm, which the published file lacks.
    "retfound-cfp": with_timm("vit_large_patch16_224", global_pool="avg") - 2 * 1024,
    "phikon": vit(BASE, 3072),
    "phikon-v2": dinov2(LARGE, 16, 224),
    "midnight-12k": dinov2(GIANT, 14, 224),
    "rad-dino": dinov2(BASE, 14, 518),
    "hibou-b": registers(BASE, 14, 224),
    "hibou-l": registers(LARGE, 14, 224),
    "dinov2-small": dinov2(SMALL, 14, 518),
    "dinov2-large": dinov2(LARGE, 14, 518),
    "dinov2-giant": dinov2(GIANT, 14, 518),
    "dinov2-base-registers": registers(BASE, 14, 518),
    "dinov3-vits16": dinov3(dict(SMALL, intermediate_size=1536)),
    "dinov3-vitb16": dinov3(dict(BASE, intermediate_size=3072)),
    "dinov3-vitl16": dinov3(dict(LARGE, intermediate_size=4096)),
    "chexzero": clip(BASE, 3072, 32, 512),
    "clip-base-patch16": clip(BASE, 3072, 16, 512),
    "clip-large-patch14": clip(LARGE, 4096, 14, 768),
    "medsiglip-448": siglip(SO400M, 14, 448),
    "siglip-base-patch16-224": siglip(dict(BASE, intermediate_size=3072), 16, 224),
    "mae-base": vit(BASE, 3072),
    "mae-large": vit(LARGE, 4096),
    "medsam": with_transformers(hf.SamVisionModel, hf.SamVisionConfig()),
}

path = Path(__file__).with_name("parameter-counts.json")
path.write_text(json.dumps(counts, indent=2) + "\n")

# Floating point operations of one picture, of matrix products and convolutions, by torch's own counter.
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402


def operations(model: torch.nn.Module, side: int) -> int:
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, side, side, device="meta"))
    return counter.get_total_flops()


def built(make, config) -> torch.nn.Module:
    config._attn_implementation = "eager"
    with torch.device("meta"):
        return make(config).eval()


costs = {
    "vit-base-patch16-224": operations(built(hf.ViTModel, hf.ViTConfig()), 224),
    "dinov2-base": operations(built(hf.Dinov2Model, hf.Dinov2Config(**BASE, patch_size=14, image_size=518)), 518),
    "dinov2-giant": operations(built(hf.Dinov2Model, hf.Dinov2Config(**GIANT, patch_size=14, image_size=518)), 518),
    "dinov3-vitl16": operations(
        built(hf.DINOv3ViTModel, hf.DINOv3ViTConfig(**LARGE, intermediate_size=4096, num_register_tokens=4)), 224
    ),
    "medsiglip-448": operations(
        built(hf.SiglipVisionModel, hf.SiglipVisionConfig(**SO400M, patch_size=14, image_size=448)), 448
    ),
    "medsam": operations(built(hf.SamVisionModel, hf.SamVisionConfig()), 1024),
}
Path(__file__).with_name("operations.json").write_text(json.dumps(costs, indent=2) + "\n")
