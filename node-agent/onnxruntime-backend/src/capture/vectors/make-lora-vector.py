"""Loss and gradients of two LoRA blocks and a head, by PyTorch's autograd: the model of testing/adapted-model.ts at its tiny size."""
import json
import numpy as np
import torch
import torch.nn.functional as F

WIDTH, HEADS, HIDDEN, TOKENS, DEPTH, BATCH, RANK, CLASSES = 16, 2, 32, 6, 2, 3, 4, 5
state = 99


def uniform():
    """Xorshift as the specs have it, in -0.5 to 0.5."""
    global state
    s = state
    s ^= (s << 13) & 0xFFFFFFFF
    s ^= s >> 17
    s ^= (s << 5) & 0xFFFFFFFF
    state = s
    return s / 2**32 - 0.5


def fixed(shape, scale, around=0.0):
    values = [around + uniform() * 2 * scale for _ in range(int(np.prod(shape)))]
    return torch.tensor(np.array(values, dtype=np.float64).astype(np.float32).reshape(shape))


trained = []


def variable(shape, scale):
    tensor = fixed(shape, scale).requires_grad_()
    trained.append(tensor)
    return tensor


def block_weights():
    w = {}
    for name, shape, around in [
        ("norm1Scale", [WIDTH], 1), ("norm1Shift", [WIDTH], 0), ("norm2Scale", [WIDTH], 1), ("norm2Shift", [WIDTH], 0),
        ("qkv", [WIDTH, 3 * WIDTH], 0), ("qkvBias", [3 * WIDTH], 0), ("out", [WIDTH, WIDTH], 0), ("outBias", [WIDTH], 0),
        ("up", [WIDTH, HIDDEN], 0), ("upBias", [HIDDEN], 0), ("down", [HIDDEN, WIDTH], 0), ("downBias", [WIDTH], 0),
    ]:
        w[name] = fixed(shape, 0.1, around)
    for side in ["query", "value"]:
        w[side + "A"] = variable([WIDTH, RANK], 0.1)
        w[side + "B"] = variable([RANK, WIDTH], 0.1)
    return w


def block(w, x):
    h = F.layer_norm(x, [WIDTH], w["norm1Scale"], w["norm1Shift"], 1e-6)
    q, k, v = (h @ w["qkv"] + w["qkvBias"]).split(WIDTH, 1)
    q = q + h @ w["queryA"] @ w["queryB"] * 2
    v = v + h @ w["valueA"] @ w["valueB"] * 2
    q, k, v = [t.reshape(BATCH, TOKENS, HEADS, WIDTH // HEADS).transpose(1, 2) for t in (q, k, v)]
    o = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(BATCH * TOKENS, WIDTH)
    x = x + o @ w["out"] + w["outBias"]
    g = F.layer_norm(x, [WIDTH], w["norm2Scale"], w["norm2Shift"], 1e-6)
    return x + F.gelu(g @ w["up"] + w["upBias"]) @ w["down"] + w["downBias"]


blocks = [block_weights() for _ in range(DEPTH)]
head_weight, head_bias = variable([WIDTH, CLASSES], 0.2), variable([CLASSES], 0.1)
x = fixed([BATCH * TOKENS, WIDTH], 1)
for weights in blocks:
    x = block(weights, x)
logits = x.reshape(BATCH, TOKENS, WIDTH)[:, 0] @ head_weight + head_bias
loss = F.cross_entropy(logits, torch.arange(BATCH) % CLASSES)
loss.backward()
print(json.dumps({
    "loss": loss.item(),
    "gradients": [[float(np.format_float_positional(v, unique=True)) for v in t.grad.numpy().ravel()] for t in trained],
}))
