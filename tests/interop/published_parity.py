"""Figures published as text that any reader of these checkpoints can reproduce: here they show that this script and they agree.

Tiny models of transformers filled with `recipes.published_tensor` under the names of the file, sorted; first four numbers of the
first and of the last token, and the sum of all.
"""

import tempfile
from pathlib import Path

import numpy as np

from libraries import torch, transformers as hf
from recipes import pixels, published_tensor
from vector_files import read_tensors, write_tensors

COMMON = dict(
    hidden_size=12, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8
)
MLP = dict(COMMON, intermediate_size=24)
RATIO = dict(COMMON, mlp_ratio=2)
SAM = dict(
    hidden_size=12, num_hidden_layers=2, num_attention_heads=2, mlp_dim=24, image_size=40, patch_size=8,
    window_size=3, global_attn_indexes=[1], output_channels=8, num_pos_feats=4,
)  # fmt: skip


def check() -> None:
    """Raises AssertionError naming the case and the difference."""
    vit = _model(hf.ViTModel, hf.ViTConfig(**MLP))
    _tokens("vit", vit, (32, 32), {}, [0.883855, -0.019310, -1.365064, -0.476048],
            [-0.874564, 1.182313, -0.125145, -1.210139], 33.92544)  # fmt: skip
    _tokens("vit 48x40", vit, (48, 40), {"interpolate_pos_encoding": True},
            [0.846430, -0.000057, -1.352229, -0.494468], [1.773655, -0.781881, -0.777417, 1.339024], 60.54553)  # fmt: skip
    dinov2 = _model(hf.Dinov2Model, hf.Dinov2Config(**RATIO))
    _tokens("dinov2 48x40", dinov2, (48, 40), {}, [0.563988, -1.395210, -0.056035, -0.340097],
            [1.233418, -1.549362, -0.132696, 0.558366], -48.36262)  # fmt: skip
    swiglu = _model(hf.Dinov2Model, hf.Dinov2Config(**dict(COMMON, mlp_ratio=4, use_swiglu_ffn=True)))
    _tokens("dinov2 SwiGLU", swiglu, (32, 32), {}, [0.200711, -0.978191, -0.939380, 0.324736],
            [-0.872641, 0.539103, -0.644642, -0.470404], -26.55332)  # fmt: skip
    registers = _model(hf.Dinov2WithRegistersModel, hf.Dinov2WithRegistersConfig(**RATIO, num_register_tokens=3))
    _tokens("dinov2 registers 48x40", registers, (48, 40), {}, [0.174345, -1.421098, 0.152426, -0.258342],
            [0.996661, -1.537554, -0.091146, 0.509050], -69.21533)  # fmt: skip
    _tokens("dinov2 registers 16x24", registers, (16, 24), {}, [0.175910, -1.417473, 0.124122, -0.219227],
            [-1.031702, 0.870200, -0.322140, -0.709565], -20.41484)  # fmt: skip
    _check_pooled()


def _check_pooled() -> None:
    clip = _model(hf.CLIPVisionModelWithProjection, hf.CLIPVisionConfig(**MLP, projection_dim=6))
    _tokens("clip", clip, (32, 32), {}, [-0.969606, 0.361677, 0.664141, -0.254069],
            [-1.404595, 0.803703, 1.330104, -2.878352], -49.01484)  # fmt: skip
    embeds = clip(torch.from_numpy(pixels(32, 32))).image_embeds[0]
    _close("clip image_embeds", embeds, [0.448849, -0.456056, -0.675213, 0.120914, 0.735228, 0.244017], 2e-5)
    siglip = _model(hf.SiglipVisionModel, hf.SiglipVisionConfig(**MLP))
    _tokens("siglip", siglip, (32, 32), {}, [0.179605, 0.675499, -1.037553, -0.063821],
            [-0.930089, 0.417838, 0.796445, -1.804983], -17.35079)  # fmt: skip
    pooled = siglip(torch.from_numpy(pixels(32, 32))).pooler_output[0, :4]
    _close("siglip pooled", pooled, [0.034685, 0.168500, 0.502847, -0.409639], 2e-5)
    dinov3 = _model(hf.DINOv3ViTModel, hf.DINOv3ViTConfig(**dict(MLP, hidden_size=16, num_register_tokens=3)))
    _tokens("dinov3", dinov3, (32, 32), {}, [1.420909, -0.335929, -0.609826, 0.094414],
            [-0.267271, 1.072911, -0.618853, -0.606752], -12.71687)  # fmt: skip
    sam = _model(hf.SamVisionModel, hf.SamVisionConfig(**SAM))
    neck = sam(torch.from_numpy(pixels(40, 40))).last_hidden_state
    _close("sam", neck.reshape(-1)[:4], [0.423873, -0.752772, -1.076668, -0.459349], 2e-5)
    _close("sam sum", neck.sum(), 12.15990, 2e-3)


def _model(kind, config):
    """The model as its library reads it from a file of these tensors."""
    with tempfile.TemporaryDirectory() as folder:
        kind(config).save_pretrained(folder)
        file = Path(folder) / "model.safetensors"
        tensors = read_tensors(file)
        filled = {
            name: published_tensor(index, name, tensors[name].shape)
            for index, name in enumerate(sorted(tensors))
        }
        write_tensors(file, filled)
        return kind.from_pretrained(folder).eval()


def _tokens(case, model, size, options, first, last, total) -> None:
    states = model(torch.from_numpy(pixels(*size)), **options).last_hidden_state[0]
    _close(f"{case}, token 0", states[0, :4], first, 2e-5)
    _close(f"{case}, last token", states[-1, :4], last, 2e-5)
    _close(f"{case}, sum", states.sum(), total, 2e-3)


def _close(case, actual, expected, tolerance) -> None:
    difference = float(np.abs(np.asarray(actual, dtype=np.float64) - np.asarray(expected)).max())
    assert difference <= tolerance, f"{case}: differs by {difference}"


if __name__ == "__main__":
    check()
    print("the published figures are reproduced")
