"""Weights and pixels of the vectors: fixed, and such that a mistake shows."""

import zlib

import numpy as np

TOKENS = ("token", "pos", "probe", "latent", "class_embedding")


def pixels(height: int, width: int) -> np.ndarray:
    """[1, 3, height, width] float32: sin(0.05 j), j the index in row-major order."""
    return numbered_pixels(0, height, width)


def numbered_pixels(picture: int, height: int, width: int) -> np.ndarray:
    """Another picture for every number: sin(0.05 j + picture)."""
    flat = np.sin(0.05 * np.arange(3 * height * width, dtype=np.float64) + picture)
    return flat.astype(np.float32).reshape(1, 3, height, width)


PIXELS = "float32 of sin(0.05 * j), j the row-major index in [1, 3, height, width]"


def random_tensor(seed: str, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Float32 of the scale that the kind of tensor has in trained models; norms are not 1, biases not 0, LayerScale not 1e-5."""
    noise = np.random.default_rng(zlib.crc32(f"{seed}/{name}".encode())).standard_normal(shape)
    return (noise * _spread(name, shape) + _centre(name, shape)).astype(np.float32)


def _spread(name: str, shape: tuple[int, ...]) -> float:
    if len(shape) <= 1 or "lambda1" in name or name.endswith("gamma"):
        return 0.25
    if "rel_pos" in name:
        return 0.3
    if "patch" not in name and any(word in name for word in TOKENS):
        return 0.5
    return 1.2 / float(np.sqrt(np.prod(shape[1:])))


def _centre(name: str, shape: tuple[int, ...]) -> float:
    if "lambda1" in name or name.endswith("gamma"):
        return 0.7
    return 1.0 if len(shape) == 1 and name.endswith(".weight") else 0.0


def published_tensor(index: int, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A closed form, for comparison with figures published as text: `index` is the place among the sorted names."""
    j = np.arange(int(np.prod(shape)), dtype=np.float64)
    values = 0.2 * np.sin(0.7 + 0.37 * index + 0.11 * j)
    if "lambda1" in name or (len(shape) == 1 and name.endswith(".weight")):
        values += 1
    return values.astype(np.float32).reshape(shape)
