"""Checkpoints of original training codes, which no library writes any more and which come without a description.

Their names are written here by rename tables; timm, with equal weights, computes the reference, and positions are resampled as
the original codes do (`position_tables.py`, held against PyTorch).
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from expectations import NATIVE, SIZES, Outputs, write_expected
from libraries import timm, torch, transformers as hf, versions
from position_tables import resampled
from recipes import random_tensor
from timm_backbones import SWIGLU
from transformers_backbones import RATIO, save_random
from vector_files import read_tensors, write_tensors

# Heads are 64 wide in every published model of these codes, and no file says so: a narrower model would be none of theirs.
TINY = dict(img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=1, mlp_ratio=0.5, num_classes=0)
DINOV2 = dict(TINY, init_values=1e-5)
# Enough tokens to see an error, few enough to keep the files small.
TOKENS = 6


@dataclass(frozen=True)
class Case:
    folder: str
    source: str
    timm_args: dict
    positions: str
    # From the file's tensors to timm's; what timm has no use for is left out.
    to_timm: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]
    # From timm's name to the file's.
    rename: Callable[[str], str]
    extra: dict[str, tuple[int, ...]]
    feature: str = "class token after the last norm"
    tokens: str = f"the first {TOKENS}, after the last norm: class token, patches row by row"
    sizes: tuple[tuple[int, int], ...] = SIZES


def dinov2_name(name: str) -> str:
    return re.sub(r"^reg_token$", "register_tokens", name)


def teacher_name(name: str) -> str:
    """As a sharded training run saves its teacher: blocks in chunks of one, their number counting on; SwiGLU's own names."""
    name = re.sub(r"^blocks\.(\d+)\.", r"blocks.\1.\1.", name)
    name = name.replace(".mlp.fc1.", ".mlp.w12.").replace(".mlp.fc2.", ".mlp.w3.")
    return f"teacher.backbone.{name}"


def dinov2_to_timm(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """timm has registers without positions: the class token's own is added to the token."""
    state = {name: value for name, value in tensors.items() if name != "mask_token"}
    if "register_tokens" in state:
        state["reg_token"] = state.pop("register_tokens")
        state["cls_token"] = state["cls_token"] + state["pos_embed"][:, :1]
        state["pos_embed"] = state["pos_embed"][:, 1:]
    return state


def teacher_to_timm(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    backbone = {
        name.removeprefix("teacher.backbone."): value
        for name, value in tensors.items()
        if name.startswith("teacher.backbone.") and not name.endswith("mask_token")
    }
    return {
        re.sub(r"^blocks\.\d+\.", "blocks.", name).replace("w12", "fc1").replace("w3", "fc2"): value
        for name, value in backbone.items()
    }


def mae_to_timm(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        name: value
        for name, value in tensors.items()
        if not name.startswith(("decoder_", "head.")) and name != "mask_token"
    }


def _decoder() -> dict[str, tuple[int, ...]]:
    """A masked autoencoder's decoder, 8 wide, one block."""
    block = {
        "norm1.weight": (8,), "norm1.bias": (8,), "attn.qkv.weight": (24, 8), "attn.qkv.bias": (24,),
        "attn.proj.weight": (8, 8), "attn.proj.bias": (8,), "norm2.weight": (8,), "norm2.bias": (8,),
        "mlp.fc1.weight": (16, 8), "mlp.fc1.bias": (16,), "mlp.fc2.weight": (8, 16), "mlp.fc2.bias": (8,),
    }  # fmt: skip
    return {f"decoder_blocks.0.{name}": shape for name, shape in block.items()} | {
        "mask_token": (1, 1, 8), "decoder_embed.weight": (8, 64), "decoder_embed.bias": (8,),
        "decoder_pos_embed": (1, 17, 8), "decoder_norm.weight": (8,), "decoder_norm.bias": (8,),
        "decoder_pred.weight": (192, 8), "decoder_pred.bias": (192,),
    }  # fmt: skip


SQUARE = ((32, 32), (48, 48), (16, 16))
MASK = {"mask_token": (1, 64)}
TEACHER_EXTRA = {
    "teacher.backbone.mask_token": (1, 64),
    "teacher.dino_head.mlp.0.weight": (8, 64),
    "teacher.dino_head.mlp.0.bias": (8,),
}
MEAN = "fc_norm of the mean of the patches"
UNNORMED = f"the first {TOKENS}, before any last norm: class token, patches row by row"


def cases() -> list[Case]:
    return [
        Case("original-dinov2", "DINOv2", DINOV2, "bicubic-offset", dinov2_to_timm, dinov2_name, MASK),
        Case("original-dinov2-registers", "DINOv2", dict(DINOV2, reg_tokens=3, no_embed_class=True), "bicubic-antialiased",
             dinov2_to_timm, dinov2_name, MASK, tokens=f"the first {TOKENS}, after the last norm: class token, registers, patches row by row"),
        Case("original-dinov2-teacher", "DINOv2", dict(DINOV2, **SWIGLU), "bicubic-offset", teacher_to_timm, teacher_name,
             TEACHER_EXTRA),
        Case("retfound", "RETFound, fine-tuned", dict(TINY, global_pool="avg"), "bicubic", mae_to_timm, str,
             {"head.weight": (3, 64), "head.bias": (3,)}, feature=MEAN, tokens=UNNORMED, sizes=SQUARE),
        Case("retfound-pretrained", "RETFound, pretrained", TINY, "bicubic", mae_to_timm, str, _decoder(),
             feature=f"the mean of the patches before any last norm, normalised with weight 1 and bias 0: fc_norm as it is "
                     "before fine-tuning; classToken and meanOfNormed come after the file's own norm",
             sizes=SQUARE),
    ]  # fmt: skip


def make(vectors: Path) -> None:
    for case in cases():
        folder = vectors / case.folder
        tensors = save_tensors(case, folder)
        write_expected(
            folder,
            made_by=f"names of the original {case.source}, computed by {versions(timm)}",
            positions=case.positions,
            feature=case.feature,
            tokens=case.tokens,
            evaluate=lambda pixel_values, case=case, tensors=tensors: _evaluate(case, tensors, pixel_values),
            sizes=case.sizes,
        )
    _check_rename(vectors)


def save_tensors(case: Case, folder: Path) -> dict[str, np.ndarray]:
    """Float16 on disk, to keep the file small; returns the same values as float32."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = timm.create_model("vit_base_patch16_224", **case.timm_args)
    shapes = {case.rename(name): tuple(value.shape) for name, value in model.state_dict().items()}
    if "register_tokens" in shapes:
        # The original code keeps the class token's place in the table.
        shapes["pos_embed"] = (1, 17, 64)
    tensors = {
        name: random_tensor(case.folder, name, shape).astype(np.float16)
        for name, shape in (shapes | case.extra).items()
    }
    write_tensors(folder / "model.safetensors", tensors)
    return {name: value.astype(np.float32) for name, value in tensors.items()}


def _evaluate(case: Case, tensors: dict[str, np.ndarray], pixel_values) -> Outputs:
    height, width = pixel_values.shape[2:]
    model = timm.create_model("vit_base_patch16_224", **dict(case.timm_args, img_size=(height, width))).eval()
    state = case.to_timm(tensors)
    state["pos_embed"] = _positions(case, state["pos_embed"], (height // 8, width // 8))
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    tokens = model.forward_features(pixel_values)
    if case.folder != "retfound-pretrained":
        return {"feature": model.forward_head(tokens, pre_logits=True), "tokens": tokens[:, :TOKENS]}
    last_norm, model.norm = model.norm, torch.nn.Identity()
    mean = model.forward_features(pixel_values)[:, 1:].mean(1)
    feature = torch.nn.functional.layer_norm(mean, (64,), eps=last_norm.eps)
    return {
        "feature": feature,
        "tokens": tokens[:, :TOKENS],
        "classToken": tokens[:, 0],
        "meanOfNormed": tokens[:, 1:].mean(1),
    }


def _positions(case: Case, table: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    before = table.shape[1] - 16
    patches = resampled(table[0, before:], grid, case.positions)
    _check_resampling(table[0, before:], grid, case.positions, patches)
    return np.concatenate((table[0, :before], patches))[None].astype(np.float32)


def _check_resampling(table, grid, rule, ours) -> None:
    """The formula against PyTorch's, called as the original codes call it."""
    square = torch.from_numpy(table.reshape(1, 4, 4, -1)).permute(0, 3, 1, 2)
    if grid == (4, 4):
        return
    options: dict = {"size": grid}
    if rule == "bicubic-offset":
        options = {"scale_factor": tuple((count + 0.1) / 4 for count in grid)}
    if rule == "bicubic-antialiased":
        options["antialias"] = True
    theirs = torch.nn.functional.interpolate(square, mode="bicubic", **options)
    flat = theirs.permute(0, 2, 3, 1).reshape(grid[0] * grid[1], -1)
    difference = float(np.abs(flat.numpy() - ours).max())
    assert difference < 5e-6, f"{rule} to {grid} differs from PyTorch by {difference}"


def _check_rename(vectors: Path) -> None:
    """The same weights under both names: transformers' model and timm's, from the table of original names, agree to 1e-5."""
    folder = vectors.parent / ".rename-check"
    try:
        model = save_random(hf.Dinov2Model, hf.Dinov2Config(**RATIO), folder)
        state = _original_names(read_tensors(folder / "model.safetensors"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    twin = timm.create_model(
        "vit_base_patch16_224", img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=2, mlp_ratio=2,
        init_values=1e-5, num_classes=0,
    ).eval()  # fmt: skip
    twin.load_state_dict({name: torch.from_numpy(value) for name, value in dinov2_to_timm(state).items()})
    image = torch.sin(0.05 * torch.arange(3 * NATIVE[0] * NATIVE[1], dtype=torch.float32)).reshape(1, 3, *NATIVE)
    difference = float((twin.forward_features(image) - model(image).last_hidden_state).abs().max())
    assert difference < 1e-5, f"transformers and timm differ by {difference}"


TO_ORIGINAL = (
    (r"^embeddings\.(cls_token|mask_token)$", r"\1"),
    (r"^embeddings\.position_embeddings$", "pos_embed"),
    (r"^embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
    (r"^encoder\.layer\.", "blocks."),
    (r"\.attention\.output\.dense\.", ".attn.proj."),
    (r"\.layer_scale(\d)\.lambda1$", r".ls\1.gamma"),
    (r"^layernorm\.", "norm."),
)


def _original_names(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """From a file of transformers' dinov2; query, key and value one after the other."""
    names: dict[str, np.ndarray] = {}
    for name, value in tensors.items():
        for pattern, replacement in TO_ORIGINAL:
            name = re.sub(pattern, replacement, name)
        names[name] = value
    for query in [name for name in names if ".attention.attention.query." in name]:
        parts = [names.pop(query.replace("query", part)) for part in ("query", "key", "value")]
        names[query.replace("attention.attention.query", "attn.qkv")] = np.concatenate(parts)
    return names
