"""Writes `vectors/images/`: what the image processors of transformers, timm and open_clip make of three small pictures."""

import base64
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import pictures
from libraries import open_clip, timm, transformers as hf, versions
from vector_files import VECTORS, write_json

SQUARE = {"height": 24, "width": 24}
IMAGENET = dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
HALF = dict(image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5])
RESCALE = 0.00392156862745098


@dataclass(frozen=True)
class Case:
    name: str
    # Which file the configuration is: preprocessor_config.json, config.json of timm, or open_clip_config.json.
    file: str
    config: dict


def transformers_cases() -> list[Case]:
    """As transformers 5 writes them, and as files of the days of feature extractors are: the same sizes as numbers."""
    built = {
        "vit": hf.ViTImageProcessor(size=SQUARE, **HALF),
        "vit-bicubic": hf.ViTImageProcessor(size={"height": 20, "width": 28}, resample=3, **IMAGENET),
        "bit": hf.BitImageProcessor(size={"shortest_edge": 27}, crop_size=SQUARE, **IMAGENET),
        "bit-crop-larger": hf.BitImageProcessor(size={"shortest_edge": 19}, crop_size=SQUARE, **IMAGENET),
        "clip": hf.CLIPImageProcessor(size={"shortest_edge": 24}, crop_size=SQUARE),
        "siglip": hf.SiglipImageProcessor(size=SQUARE),
        "dinov3": hf.DINOv3ViTImageProcessor(size={"height": 16, "width": 16}),
        "sam": hf.SamImageProcessor(
            size={"longest_edge": 22}, pad_size={"height": 22, "width": 22},
            mask_size={"longest_edge": 8}, mask_pad_size={"height": 8, "width": 8},
        ),
    }  # fmt: skip
    cases = [Case(f"transformers-{name}", "preprocessor_config.json", _saved(built[name])) for name in built]
    old_vit = dict(feature_extractor_type="ViTFeatureExtractor", do_resize=True, size=24, resample=2, do_normalize=True, **HALF)
    old_clip = dict(
        feature_extractor_type="CLIPFeatureExtractor", do_resize=True, size=24, resample=3, do_center_crop=True,
        crop_size=24, do_normalize=True, image_mean=[0.48145466, 0.4578275, 0.40821073],
        image_std=[0.26862954, 0.26130258, 0.27577711],
    )  # fmt: skip
    old = {"vit-old": old_vit, "clip-old": old_clip}
    return cases + [Case(f"transformers-{name}", "preprocessor_config.json", old[name]) for name in old]


def _saved(processor) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        processor.save_pretrained(folder)
        return json.loads((Path(folder) / "preprocessor_config.json").read_text())


def timm_cases() -> list[Case]:
    """config.json as `save_for_hf` writes it, shortened to what the transform reads."""
    built = {
        "center-bicubic": dict(crop_pct=0.9, interpolation="bicubic", crop_mode="center"),
        "center-bilinear": dict(crop_pct=1.0, interpolation="bilinear", crop_mode="center"),
        "squash-bicubic": dict(crop_pct=1.0, interpolation="bicubic", crop_mode="squash"),
        "squash-bilinear-crop": dict(crop_pct=0.875, interpolation="bilinear", crop_mode="squash"),
    }
    colours = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    return [
        Case(
            f"timm-{name}",
            "config.json",
            {
                "architecture": "vit_base_patch16_224",
                "num_classes": 0,
                "num_features": 768,
                "pretrained_cfg": {"input_size": [3, 24, 24], **options, **colours},
            },
        )
        for name, options in built.items()
    ]


def open_clip_cases() -> list[Case]:
    colours = dict(mean=[0.48145466, 0.4578275, 0.40821073], std=[0.26862954, 0.26130258, 0.27577711])
    built = {
        "shortest-bicubic": dict(interpolation="bicubic", resize_mode="shortest"),
        "squash-bilinear": dict(interpolation="bilinear", resize_mode="squash"),
        "no-options": {},
    }
    return [
        Case(
            f"open-clip-{name}",
            "open_clip_config.json",
            {
                "model_cfg": {"embed_dim": 512, "vision_cfg": {"image_size": 24, "layers": 12, "width": 768, "patch_size": 8}},
                "preprocess_cfg": {**colours, **options},
            },
        )
        for name, options in built.items()
    ]


def evaluate(case: Case, image) -> dict[str, np.ndarray]:
    """By backend: `pillow` and, where transformers 5 has another, `torchvision`, which is then its default."""
    if case.file == "config.json":
        config = timm.data.resolve_data_config({}, pretrained_cfg=case.config["pretrained_cfg"])
        return {"pillow": timm.data.create_transform(**config)(image).numpy()}
    if case.file == "open_clip_config.json":
        size = case.config["model_cfg"]["vision_cfg"]["image_size"]
        transform = open_clip.image_transform(size, is_train=False, **case.config["preprocess_cfg"])
        return {"pillow": transform(image).numpy()}
    return _transformers(case.config, image)


def _transformers(config: dict, image) -> dict[str, np.ndarray]:
    kind = config.get("image_processor_type") or config["feature_extractor_type"].replace("FeatureExtractor", "ImageProcessor")
    kinds = {"torchvision": getattr(hf, kind), "pillow": getattr(hf, f"{kind}Pil", None)}
    outputs = {}
    for backend, processor in kinds.items():
        if processor is not None:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "preprocessor_config.json").write_text(json.dumps(config))
                values = processor.from_pretrained(folder)(image, return_tensors="np")["pixel_values"]
            outputs[backend] = np.asarray(values[0], dtype=np.float32)
    return outputs


def colours_of(config: dict) -> tuple[np.ndarray, np.ndarray]:
    fields = config.get("pretrained_cfg") or config.get("preprocess_cfg") or {
        "mean": config["image_mean"],
        "std": config["image_std"],
    }  # fmt: skip
    return tuple(np.array(fields[key], dtype=np.float64).reshape(3, 1, 1) for key in ("mean", "std"))


def encoded(config: dict, values: np.ndarray) -> dict:
    """As bytes where each value is (level / 255 - mean) / std of a whole level; else as float32."""
    mean, std = colours_of(config)
    levels = np.round((values * std + mean) * 255)
    exact = np.abs((levels * RESCALE - mean) / std - values).max() < 2e-6
    key, array = ("levels", levels.astype(np.uint8)) if exact else ("numbers", values.astype("<f4"))
    return {"shape": list(values.shape), key: base64.b64encode(array.tobytes()).decode()}


def main() -> None:
    folder = VECTORS / "images"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pictures.write(folder)
    document = [_record(case, folder) for case in transformers_cases() + timm_cases() + open_clip_cases()]
    write_json(folder / "expected.json", {"madeBy": versions(hf, timm, open_clip), "cases": document})


def _record(case: Case, folder: Path) -> dict:
    outputs = []
    for width, height in pictures.SIZES:
        values = evaluate(case, pictures.read(folder, width, height))
        for backend in values:
            entry = {"picture": pictures.name(width, height), "backend": backend}
            outputs.append(entry | encoded(case.config, values[backend]))
        if len(values) == 2:
            _, std = colours_of(case.config)
            difference = np.abs((values["pillow"] - values["torchvision"]) * std * 255)
            print(f"{case.name:28} {width}x{height}: torchvision differs from Pillow by {difference.max():.2f} levels, "
                  f"in {np.mean(difference > 0.5):.1%} of the values")  # fmt: skip
    return {"name": case.name, "file": case.file, "config": case.config, "outputs": outputs}


if __name__ == "__main__":
    main()
