"""Writes `vectors/adapters/`: adapters that PEFT saved, on bases of `vectors/`, and the outputs without, with and merged."""

import json
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from libraries import peft, timm, torch, transformers as hf, versions
from recipes import PIXELS, pixels, random_tensor
from transformers_backbones import RATIO, _bit, save_random
from vector_files import VECTORS, numbers, read_tensors, write_json, write_tensors

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]


@dataclass(frozen=True)
class Base:
    folder: str
    load: Callable[[Path], "torch.nn.Module"]
    outputs: Callable[["torch.nn.Module", "torch.Tensor"], "torch.Tensor"]
    # Trained in full beside the adapter.
    head: tuple[str, ...]
    output: str = "logits"


@dataclass(frozen=True)
class Case:
    folder: str
    base: Base
    config: peft.PeftConfig


def logits(model, x):
    return model(x).logits


VIT = Base("vit-classifier", hf.ViTForImageClassification.from_pretrained, logits, ("classifier",))
DINOV2 = Base("dinov2-classifier", hf.Dinov2ForImageClassification.from_pretrained, logits, ("classifier",))
SWIGLU = Base("dinov2-swiglu", hf.Dinov2Model.from_pretrained, lambda model, x: model(x).pooler_output, (), "feature")
CLIP = Base("clip", hf.CLIPVisionModelWithProjection.from_pretrained, lambda model, x: model(x).image_embeds, (), "feature")
TIMM = Base(
    "timm-plain",
    lambda folder: timm.create_model(f"local-dir:{folder}", pretrained=True),
    lambda model, x: model(x),
    ("head",),
)


def lora(targets: list[str], **options) -> peft.LoraConfig:
    return peft.LoraConfig(**dict(dict(r=2, lora_alpha=4, target_modules=targets), **options))


def cases() -> list[Case]:
    return [
        Case("vit-lora", VIT, lora(["q_proj", "v_proj"])),
        Case("vit-rslora", VIT, lora([*ATTENTION, "fc1", "fc2"], r=3, lora_alpha=5, use_rslora=True)),
        Case("vit-dora", VIT, lora(["q_proj", "o_proj", "fc2"], use_dora=True)),
        Case("vit-ia3", VIT, peft.IA3Config(target_modules=["k_proj", "v_proj", "fc2"], feedforward_modules=["fc2"])),
        Case("vit-patterns", VIT, lora(["q_proj", "v_proj", "fc1"], rank_pattern={"layers.1.attention.v_proj": 4, "fc1": 1},
                                       alpha_pattern={"layers.1.attention.v_proj": 12, "layers.0.attention.q_proj": 1})),
        Case("vit-second-block", VIT, lora(["q_proj", "k_proj"], layers_to_transform=[1], layers_pattern="layers")),
        Case("dinov2-lora", DINOV2, lora(["q_proj", "v_proj", "fc2"])),
        Case("dinov2-swiglu-lora", SWIGLU, lora(["gate_proj", "up_proj", "down_proj"])),
        Case("clip-lora", CLIP, lora(["q_proj", "v_proj", "out_proj"])),
        Case("timm-lora", TIMM, lora(["attn.qkv", "attn.proj", "mlp.fc1"])),
        Case("timm-dora", TIMM, lora(["attn.qkv"], use_dora=True)),
        Case("timm-ia3", TIMM, peft.IA3Config(target_modules=["attn.qkv", "mlp.fc2"], feedforward_modules=["mlp.fc2"])),
    ]  # fmt: skip


def main() -> None:
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    save_random(hf.Dinov2ForImageClassification, hf.Dinov2Config(**RATIO, num_labels=3), VECTORS / DINOV2.folder)
    _bit().save_pretrained(VECTORS / DINOV2.folder)
    folder = VECTORS / "adapters"
    shutil.rmtree(folder, ignore_errors=True)
    for case in cases():
        make(case, folder / case.folder)
        print(f"{case.folder:20} {sum(file.stat().st_size for file in (folder / case.folder).iterdir()) / 1024:6.1f} KB")
    _as_transformers_4(folder / "vit-lora", folder / "vit-lora-transformers-4")


def make(case: Case, folder: Path) -> None:
    x = torch.from_numpy(pixels(32, 32))
    base = case.base.load(VECTORS / case.base.folder).eval()
    before = case.base.outputs(base, x)
    config = replace(case.config, modules_to_save=list(case.base.head) or None)
    model = peft.get_peft_model(base, config).eval()
    _fill(case.folder, model)
    model.save_pretrained(folder)
    _tidy(folder, case.base.folder)
    adapted = case.base.outputs(model, x)
    again = peft.PeftModel.from_pretrained(case.base.load(VECTORS / case.base.folder), folder).eval()
    _close(f"{case.folder}, read back", case.base.outputs(again, x), adapted)
    merged = case.base.outputs(again.merge_and_unload(safe_merge=True), x)
    _close(f"{case.folder}, merged", merged, adapted)
    assert (adapted - before).abs().max() > 0.05, f"{case.folder}: the adapter changes next to nothing"
    write_json(
        folder / "expected.json",
        {
            "madeBy": versions(peft, hf, timm),
            "base": case.base.folder,
            "pixels": f"32x32: {PIXELS}",
            "output": case.base.output,
            "before": numbers(before),
            "adapted": numbers(adapted),
            "merged": numbers(merged),
        },
    )


def _fill(seed: str, model) -> None:
    """Every tensor that the adapter trains, away from where it starts."""
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        noise = torch.from_numpy(random_tensor(seed, name, tuple(parameter.shape)))
        if "ia3_l" in name:
            parameter.copy_(1 + 0.3 * noise)
        elif "lora_magnitude_vector" in name:
            parameter.mul_(1 + noise.abs())
        elif "lora_" in name:
            parameter.copy_(0.6 * noise)
        else:
            parameter.copy_(noise)


def _tidy(folder: Path, base: str) -> None:
    """PEFT writes sets in no fixed order, where the base lay on this machine, and a model card that says nothing."""
    (folder / "README.md").unlink()
    file = folder / "adapter_config.json"
    config = json.loads(file.read_text())
    for key in ("target_modules", "feedforward_modules"):
        if key in config:
            config[key] = sorted(config[key])
    config["base_model_name_or_path"] = base
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def _close(case: str, actual, expected) -> None:
    difference = float(np.abs(actual - expected).max())
    assert difference < 2e-5, f"{case}: differs by {difference}"


TO_TRANSFORMERS_4 = (
    (r"\.vit\.layers\.", ".vit.encoder.layer."),
    (r"\.attention\.q_proj\.", ".attention.attention.query."),
    (r"\.attention\.v_proj\.", ".attention.attention.value."),
)


def _as_transformers_4(source: Path, folder: Path) -> None:
    """The same adapter as it was saved when transformers 4 named the modules; transformers 5 cannot attach it through PEFT."""
    shutil.copytree(source, folder)
    tensors = read_tensors(folder / "adapter_model.safetensors")
    renamed = {}
    for name, value in tensors.items():
        for pattern, replacement in TO_TRANSFORMERS_4:
            name = re.sub(pattern, replacement, name)
        renamed[name] = value
    write_tensors(folder / "adapter_model.safetensors", renamed)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["target_modules"] = ["query", "value"]
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
