"""Writes the backbones of `vectors/`: tiny checkpoints of every layout and what their own libraries compute from them."""

import open_clip_backbones
import original_backbones
import original_sam
import published_parity
import timm_backbones
import transformers_backbones
from vector_files import VECTORS


def main() -> None:
    published_parity.check()
    print("the published figures are reproduced")
    for module in (transformers_backbones, timm_backbones, original_backbones, original_sam, open_clip_backbones):
        module.make(VECTORS)
    for folder in sorted(VECTORS.iterdir()):
        if (folder / "expected.json").exists():
            size = sum(file.stat().st_size for file in folder.iterdir())
            print(f"{folder.name:30} {size / 1024:7.1f} KB")


if __name__ == "__main__":
    main()
