"""A model folder opened by the library that it is written for: the class that classifies, or the one that hands out the feature."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from libraries import open_clip, timm, torch, transformers as hf


@dataclass(frozen=True)
class Opened:
    name: str
    model: "torch.nn.Module"
    logits_of: Callable[["torch.nn.Module", "torch.Tensor"], "torch.Tensor"]
    feature_of: Callable[["torch.nn.Module", "torch.Tensor", str], "torch.Tensor"]

    def having(self, model: "torch.nn.Module") -> "Opened":
        """The same, of a model that PEFT wrapped or merged."""
        return replace(self, model=model)

    def logits(self, x: "torch.Tensor") -> "torch.Tensor":
        return self.logits_of(self.model, x)

    def feature(self, x: "torch.Tensor", pool: str) -> "torch.Tensor":
        return self.feature_of(self.model, x, pool)


def open_model(folder: Path, classes: int | None) -> Opened:
    """
    `classes` of the classifier: 0 for a model without one, None for as many as the folder itself has.
    Raises ValueError for a folder that is written for no library here.
    """
    if (folder / "open_clip_config.json").exists():
        model = open_clip.create_model(f"local-dir:{folder}").eval()
        return Opened("open_clip.create_model", model, _no_logits, lambda m, x, _: _unwrapped(m).encode_image(x))
    if not (folder / "config.json").exists():
        raise ValueError(f"{folder} has no config.json: original checkpoints are opened by their model card's Python")
    config = json.loads((folder / "config.json").read_text())
    if "architecture" in config:
        return _timm(folder, classes)
    return _transformers(folder, config["model_type"], classes)


def _timm(folder: Path, classes: int | None) -> Opened:
    options = {} if classes is None else {"num_classes": classes}
    model = timm.create_model(f"local-dir:{folder}", pretrained=True, **options).eval()
    return Opened("timm.create_model", model, lambda m, x: m(x), _timm_feature)


def _timm_feature(model, x, pool: str):
    inner = _unwrapped(model)
    return _pooled(inner.forward_features(x), inner.num_prefix_tokens, pool)


# Model types whose classifiers read another feature than the head of a study does, or that have none.
HEADLESS = {
    "clip_vision_model": hf.CLIPVisionModelWithProjection,
    "clip": hf.CLIPVisionModelWithProjection,
    "siglip_vision_model": hf.SiglipVisionModel,
    "siglip": hf.SiglipVisionModel,
    "dinov3_vit": hf.DINOv3ViTModel,
    "sam_vision_model": hf.SamVisionModel,
    "sam": hf.SamVisionModel,
}


def _transformers(folder: Path, model_type: str, classes: int | None) -> Opened:
    # A masked autoencoder's encoder is opened as a plain one.
    is_vit = model_type in ("vit", "vit_mae")
    if model_type not in HEADLESS and classes != 0:
        kind = hf.ViTForImageClassification if is_vit else hf.AutoModelForImageClassification
        options = {} if classes is None else {"num_labels": classes}
        model = kind.from_pretrained(folder, **options).eval()
    elif is_vit:
        model = hf.ViTModel.from_pretrained(folder, add_pooling_layer=False).eval()
    else:
        model = HEADLESS.get(model_type, hf.AutoModel).from_pretrained(folder).eval()
    return Opened(type(model).__name__, model, lambda m, x: m(x).logits, _transformers_feature)


def _transformers_feature(model, x, pool: str):
    inner = _unwrapped(model)
    output = inner(pixel_values=x)
    if type(inner) in HEADLESS.values() and not isinstance(inner, hf.DINOv3ViTModel) and pool != "class":
        raise ValueError(f"the pool {pool} of {type(inner).__name__} is not tried here")
    match type(inner).__name__:
        case "CLIPVisionModelWithProjection":
            return output.image_embeds
        case "SiglipVisionModel":
            return output.pooler_output
        case "SamVisionModel":
            return output.last_hidden_state.mean((2, 3))
        case _:
            registers = getattr(inner.config, "num_register_tokens", 0)
            return _pooled(output.last_hidden_state, 1 + registers, pool)


def _pooled(tokens, prefix: int, pool: str):
    parts = {"class": tokens[:, 0], "mean": tokens[:, prefix:].mean(1)}
    return torch.cat(list(parts.values()), dim=1) if pool == "class-and-mean" else parts[pool]


def _unwrapped(model):
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _no_logits(*_):
    raise ValueError("the class has no classifier, and there is no head.safetensors")
