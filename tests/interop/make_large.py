"""Writes a checkpoint of full size with random weights, for measurements on this machine; never committed.

    make_large.py KIND OUT [--dtype float32|float16|bfloat16] [--shards N] [--images N]

KIND is a layout and a size: vit-small, dinov2-base, timm-large and so on. OUT receives the model folder as its library writes it, and
`expected.json` with the features of N pictures, whose pixels are sin(0.05 j + i), i the picture's number.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np

from libraries import timm, torch, transformers as hf, versions
from recipes import numbered_pixels
from vector_files import numbers, write_json

# Width, depth, heads: Dosovitskiy et al. 2020, table 1, and Touvron et al. 2020 for the small one.
SIZES = {"tiny": (192, 12, 3), "small": (384, 12, 6), "base": (768, 12, 12), "large": (1024, 24, 16)}
LAYOUTS = ("vit", "dinov2", "timm")
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
IMAGE = 224
IMAGENET = dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])


def build(layout: str, size: str) -> "torch.nn.Module":
    width, depth, heads = SIZES[size]
    common = dict(hidden_size=width, num_hidden_layers=depth, num_attention_heads=heads, image_size=IMAGE)
    match layout:
        case "vit":
            model = hf.ViTModel(hf.ViTConfig(**common, intermediate_size=4 * width, patch_size=16))
        case "dinov2":
            model = hf.Dinov2Model(hf.Dinov2Config(**common, patch_size=14))
        case _:
            model = timm.create_model(f"vit_{size}_patch16_224", num_classes=0)
    generator = torch.Generator().manual_seed(20)
    for name, parameter in sorted(model.named_parameters()):
        parameter.copy_(_random(name, parameter, generator))
    return model.eval()


def _random(name: str, parameter, generator):
    """Of the scale of trained weights: activations neither vanish nor overflow in float16."""
    noise = torch.randn(parameter.shape, generator=generator)
    if parameter.dim() == 1:
        is_scale = name.endswith((".weight", "lambda1", "gamma"))
        return 0.1 * noise + (1.0 if is_scale else 0.0)
    if any(word in name for word in ("token", "pos")):
        return 0.3 * noise
    return noise / float(np.sqrt(np.prod(parameter.shape[1:])))


def save(model, layout: str, folder: Path, shards: int) -> None:
    if layout == "timm":
        if shards > 1:
            raise SystemExit("timm writes one file")
        timm.models.save_for_hf(model, folder, model_args={"num_classes": 0}, safe_serialization=True)
        return
    total = sum(value.numel() * value.element_size() for value in model.state_dict().values())
    model.save_pretrained(folder, max_shard_size=total if shards == 1 else total // shards + 1)
    square = {"height": IMAGE, "width": IMAGE}
    processors = {
        "vit": hf.ViTImageProcessor(size=square, image_mean=[0.5] * 3, image_std=[0.5] * 3),
        "dinov2": hf.BitImageProcessor(size={"shortest_edge": 256}, crop_size=square, **IMAGENET),
    }
    processors[layout].save_pretrained(folder)


def feature(model, layout: str, x) -> np.ndarray:
    """Computed in float32, from the values that are in the file."""
    output = model(x) if layout == "timm" else model(x).last_hidden_state[:, 0]
    return output.numpy()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[f"{layout}-{size}" for layout in LAYOUTS for size in SIZES], metavar="KIND")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--dtype", choices=DTYPES, default="float32")
    parser.add_argument("--shards", type=int, default=1, help="about so many files")
    parser.add_argument("--images", type=int, default=1)
    arguments = parser.parse_args()
    layout, size = arguments.kind.split("-")
    shutil.rmtree(arguments.out, ignore_errors=True)
    model = build(layout, size).to(DTYPES[arguments.dtype])
    save(model, layout, arguments.out, arguments.shards)
    model = model.float()
    x = [torch.from_numpy(numbered_pixels(i, IMAGE, IMAGE)) for i in range(arguments.images)]
    features = [numbers(feature(model, layout, pixels)) for pixels in x]
    write_json(
        arguments.out / "expected.json",
        {
            "madeBy": versions(hf, timm),
            "pixels": "float32 of sin(0.05 * j + i), j the row-major index in [1, 3, height, width], i the picture's number",
            "height": IMAGE,
            "width": IMAGE,
            "features": features,
        },
    )
    for file in sorted(arguments.out.iterdir()):
        print(f"{file.stat().st_size / 1e6:10.1f} MB  {file.name}")


if __name__ == "__main__":
    main()
