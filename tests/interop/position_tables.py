"""How position tables are resampled, written out from the published formulas, apart from every library.

Bicubic by convolution (Keys 1981) with half-pixel centres and the border repeated: output i of n is read at
(i + 0.5) / scale - 0.5 of the table. `a` is -0.75 without antialiasing; with it (`antialias=True` of PyTorch, as in Pillow) a is
-0.5, and where the grid shrinks the kernel is widened by 1 / scale, cut at the border and normalised to sum 1.
"""

import math

import numpy as np

PLAIN = -0.75
ANTIALIASED = -0.5
OFFSET = 0.1


def keys(distance: float, a: float) -> float:
    x = abs(distance)
    if x < 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    if x < 2:
        return a * (((x - 5) * x + 8) * x - 4)
    return 0.0


def plain_matrix(table: int, grid: int, scale: float) -> np.ndarray:
    """[grid, table]; `scale` is grid / table, or (grid + 0.1) / table in the original DINOv2 code."""
    matrix = np.zeros((grid, table))
    for row in range(grid):
        centre = (row + 0.5) / scale - 0.5
        first = math.floor(centre) - 1
        for tap in range(first, first + 4):
            matrix[row, min(max(tap, 0), table - 1)] += keys(centre - tap, PLAIN)
    return matrix


def antialiased_matrix(table: int, grid: int) -> np.ndarray:
    scale = table / grid
    width = max(scale, 1.0)
    matrix = np.zeros((grid, table))
    for row in range(grid):
        centre = (row + 0.5) * scale
        low = max(int(centre - 2 * width + 0.5), 0)
        high = min(int(centre + 2 * width + 0.5), table)
        for tap in range(low, high):
            matrix[row, tap] = keys((tap - centre + 0.5) / width, ANTIALIASED)
        matrix[row] /= matrix[row].sum()
    return matrix


def resampled(table: np.ndarray, grid: tuple[int, int], rule: str) -> np.ndarray:
    """[M * M, d] to [rows * columns, d]; a table that fits is left alone. `rule` as in `expected.json`."""
    side = math.isqrt(table.shape[0])
    if grid == (side, side):
        return table
    rows, columns = (_matrix(side, size, rule) for size in grid)
    square = table.reshape(side, side, -1).astype(np.float64)
    return np.einsum("rm,cn,mnd->rcd", rows, columns, square).reshape(grid[0] * grid[1], -1)


def _matrix(table: int, grid: int, rule: str) -> np.ndarray:
    if rule == "bicubic-antialiased":
        return antialiased_matrix(table, grid)
    offset = OFFSET if rule == "bicubic-offset" else 0.0
    return plain_matrix(table, grid, (grid + offset) / table)
