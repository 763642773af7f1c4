"""Tiny checkpoints of every vision family of transformers, saved by `save_pretrained`, and what transformers computes from them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from expectations import SIZES, Outputs, write_expected
from libraries import torch, transformers as hf, versions
from recipes import random_tensor
from vector_files import read_tensors, write_tensors

COMMON = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8
)
MLP = dict(COMMON, intermediate_size=32)
RATIO = dict(COMMON, mlp_ratio=2)
IMAGENET = dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
SQUARE = {"height": 32, "width": 32}
SAM = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2, mlp_dim=32, image_size=40, patch_size=8,
    window_size=3, global_attn_indexes=[1], output_channels=8, num_pos_feats=4,
)  # fmt: skip
TEXT = dict(
    vocab_size=16, hidden_size=8, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
    max_position_embeddings=8, bos_token_id=0, eos_token_id=1, pad_token_id=1,
)  # fmt: skip

CLASS_FEATURE = "class token after the last norm"
PATCHES = "patches row by row"


def of_tokens(model, pixel_values, **options) -> Outputs:
    """The family's own feature is the first token of the last hidden state."""
    states = model(pixel_values, **options).last_hidden_state
    return {"feature": states[:, 0], "tokens": states}


def interpolated(model, pixel_values) -> Outputs:
    return of_tokens(model, pixel_values, interpolate_pos_encoding=True)


def unmasked(model, pixel_values) -> Outputs:
    """An MAE encoder that keeps every patch, in order: nothing masked, the noise that shuffles ascending."""
    patches = (pixel_values.shape[2] // 8) * (pixel_values.shape[3] // 8)
    noise = torch.arange(patches, dtype=torch.float32)[None]
    model.vit.config.mask_ratio = 0.0
    return of_tokens(model.vit, pixel_values, noise=noise, interpolate_pos_encoding=True)


def clip_embedding(model, pixel_values) -> Outputs:
    result = model(pixel_values, interpolate_pos_encoding=True)
    return {"feature": result.image_embeds, "tokens": result.last_hidden_state}


def clip_of_two_towers(model, pixel_values) -> Outputs:
    result = model.vision_model(pixel_values, interpolate_pos_encoding=True)
    embedding = model.visual_projection(result.pooler_output)
    return {"feature": embedding, "tokens": result.last_hidden_state}


def pooled(model, pixel_values) -> Outputs:
    result = model(pixel_values, interpolate_pos_encoding=True)
    return {"feature": result.pooler_output, "tokens": result.last_hidden_state}


def neck(model, pixel_values) -> Outputs:
    result = model(pixel_values).last_hidden_state
    return {"feature": result.mean(dim=(2, 3)), "tokens": result}


@dataclass(frozen=True)
class Case:
    folder: str
    model: type
    config: object
    processor: object
    positions: str
    evaluate: Callable[[object, "torch.Tensor"], Outputs]
    feature: str = CLASS_FEATURE
    tokens: str = f"last_hidden_state: class token, {PATCHES}"
    sizes: tuple[tuple[int, int], ...] = field(default=SIZES)


WITH_REGISTERS = f"last_hidden_state: class token, registers, {PATCHES}"
BEFORE_NORM = f"last_hidden_state, before post_layernorm: class token, {PATCHES}"
NO_CLASS = f"last_hidden_state, after post_layernorm: {PATCHES}"
PROJECTED = "image_embeds: class token, post_layernorm, visual_projection"
ATTENTION = "pooler_output of the attention pooling head"
NECK = "mean over the picture of the neck's channels"


def _squash(kind=hf.ViTImageProcessor, **options):
    return kind(size=SQUARE, **options)


def _bit():
    return hf.BitImageProcessor(size={"shortest_edge": 36}, crop_size=SQUARE, **IMAGENET)


def _clip():
    return hf.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=SQUARE)


def _sam():
    return hf.SamImageProcessor(
        size={"longest_edge": 40}, pad_size={"height": 40, "width": 40},
        mask_size={"longest_edge": 16}, mask_pad_size={"height": 16, "width": 16},
    )  # fmt: skip


def cases() -> list[Case]:
    return [
        Case("vit", hf.ViTModel, hf.ViTConfig(**MLP), _squash(), "bicubic", interpolated),
        Case("vit-classifier", hf.ViTForImageClassification, hf.ViTConfig(**MLP, num_labels=3), _squash(), "bicubic",
             lambda model, x: interpolated(model.vit, x) | {"logits": model(x, interpolate_pos_encoding=True).logits}),
        Case("vit-mae", hf.ViTMAEForPreTraining,
             hf.ViTMAEConfig(**MLP, decoder_hidden_size=8, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
                             decoder_intermediate_size=16), _squash(**IMAGENET), "bicubic", unmasked),
        Case("dinov2", hf.Dinov2Model, hf.Dinov2Config(**RATIO), _bit(), "bicubic", of_tokens),
        Case("dinov2-swiglu", hf.Dinov2Model, hf.Dinov2Config(**COMMON, mlp_ratio=4, use_swiglu_ffn=True), _bit(),
             "bicubic", of_tokens),
        Case("dinov2-registers", hf.Dinov2WithRegistersModel,
             hf.Dinov2WithRegistersConfig(**RATIO, num_register_tokens=3), _bit(), "bicubic-antialiased", of_tokens,
             tokens=WITH_REGISTERS),
        Case("dinov3", hf.DINOv3ViTModel, hf.DINOv3ViTConfig(**MLP, num_register_tokens=3),
             _squash(hf.DINOv3ViTImageProcessor), "rotary", of_tokens, tokens=WITH_REGISTERS),
        Case("dinov3-gated", hf.DINOv3ViTModel,
             hf.DINOv3ViTConfig(**MLP, num_register_tokens=4, use_gated_mlp=True, hidden_act="silu"),
             _squash(hf.DINOv3ViTImageProcessor), "rotary", of_tokens, tokens=WITH_REGISTERS),
        Case("clip", hf.CLIPVisionModelWithProjection, hf.CLIPVisionConfig(**MLP, projection_dim=6), _clip(), "bicubic",
             clip_embedding, feature=PROJECTED, tokens=BEFORE_NORM),
        Case("clip-two-towers", hf.CLIPModel,
             hf.CLIPConfig(text_config=TEXT, vision_config=dict(MLP, hidden_act="gelu"), projection_dim=6), _clip(),
             "bicubic", clip_of_two_towers, feature=PROJECTED, tokens=BEFORE_NORM),
        Case("siglip", hf.SiglipVisionModel, hf.SiglipVisionConfig(**MLP), _squash(hf.SiglipImageProcessor), "bicubic",
             pooled, feature=ATTENTION, tokens=NO_CLASS),
        Case("siglip-two-towers", hf.SiglipModel, hf.SiglipConfig(text_config=dict(TEXT, projection_size=16), vision_config=MLP),
             _squash(hf.SiglipImageProcessor), "bicubic", lambda model, x: pooled(model.vision_model, x),
             feature=ATTENTION, tokens=NO_CLASS),
        Case("sam", hf.SamVisionModel, hf.SamVisionConfig(**SAM), _sam(), "none", neck, feature=NECK,
             tokens="last_hidden_state: the neck's output [1, channels, rows, columns]", sizes=((40, 40),)),
        Case("sam-with-decoder", hf.SamModel,
             hf.SamConfig(vision_config=SAM,
                          prompt_encoder_config=dict(hidden_size=8, image_size=40, patch_size=8, mask_input_channels=4),
                          mask_decoder_config=dict(hidden_size=8, mlp_dim=16, num_hidden_layers=1, num_attention_heads=2,
                                                   attention_downsample_rate=1, iou_head_hidden_dim=8, iou_head_depth=2)),
             _sam(), "none", lambda model, x: neck(model.vision_encoder, x), feature=NECK,
             tokens="last_hidden_state of vision_encoder: the neck's output [1, channels, rows, columns]",
             sizes=((40, 40),)),
    ]  # fmt: skip


def make(vectors: Path) -> None:
    for case in cases():
        folder = vectors / case.folder
        model = save_random(case.model, case.config, folder)
        case.processor.save_pretrained(folder)
        write_expected(
            folder,
            made_by=f"{case.model.__name__} of {versions(hf)}",
            positions=case.positions,
            feature=case.feature,
            tokens=case.tokens,
            evaluate=lambda pixel_values, case=case, model=model: case.evaluate(model, pixel_values),
            sizes=case.sizes,
        )


def save_random(kind: type, config: object, folder: Path):
    """Writes config.json and model.safetensors as the library does, the values ours; returns the model as read back."""
    shutil.rmtree(folder, ignore_errors=True)
    kind(config).save_pretrained(folder)
    file = folder / "model.safetensors"
    tensors = read_tensors(file)
    write_tensors(file, {name: _value(folder.name, name, old) for name, old in tensors.items()})
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    wrong = {key: value for key, value in report.items() if value}
    assert not wrong, f"{folder.name}: transformers does not read back what it wrote: {wrong}"
    return model.eval()


def _value(seed, name, old):
    return random_tensor(seed, name, old.shape) if old.dtype.kind == "f" else old
