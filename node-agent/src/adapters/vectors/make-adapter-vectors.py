"""
Writes adapters.json: what PyTorch makes of the tiny vision transformer of backbones/vit/vectors with bottlenecks, prompts and
changed parameters. Each method is written out once more from its paper. Needs torch and transformers.
"""
import json
import math
import pathlib

import torch
import transformers

HERE = pathlib.Path(__file__).parent
TINY = HERE / "../../backbones/vit/vectors/tiny-vit"
SIZE, BATCH, CLASSES, WIDTH, LAYERS = 16, 3, 3, 16, 3
LABELS = torch.tensor([2, 0, 2])
NAMES = {
    "norm-attention": "layernorm_before", "query": "attention.q_proj", "key": "attention.k_proj",
    "value": "attention.v_proj", "attention-output": "attention.o_proj", "norm-mlp": "layernorm_after",
    "mlp-up": "mlp.fc1", "mlp-down": "mlp.fc2",
}
ACTIVATIONS = {
    "relu": torch.nn.functional.relu, "gelu": torch.nn.functional.gelu, "silu": torch.nn.functional.silu,
}

j = torch.arange(BATCH * SIZE * SIZE * 3, dtype=torch.float64)
PIXELS = torch.sin(0.37 * j).reshape(BATCH, SIZE, SIZE, 3).float().permute(0, 3, 1, 2)


def parameter_names():
    """Our names in our order, and where transformers keeps each."""
    names = {
        "patch.weight": "embeddings.patch_embeddings.projection.weight",
        "patch.bias": "embeddings.patch_embeddings.projection.bias",
        "class-token": "embeddings.cls_token", "positions": "embeddings.position_embeddings",
    }
    for block in range(LAYERS):
        for ours, theirs in NAMES.items():
            for part in ("weight", "bias"):
                names[f"blocks.{block}.{ours}.{part}"] = f"layers.{block}.{theirs}.{part}"
    return names | {"norm.weight": "layernorm.weight", "norm.bias": "layernorm.bias"}


class Tensors(dict):
    """Trained tensors in the order in which they are asked for, filled by the formula."""

    def fill(self, name, shape):
        values = torch.sin(0.7 + 0.37 * len(self) + 0.11 * torch.arange(math.prod(shape), dtype=torch.float64))
        self[name] = (0.2 * values).reshape(shape).float().requires_grad_()
        return self[name]


def open_model():
    model = transformers.ViTModel.from_pretrained(TINY, attn_implementation="eager").eval()
    return model.requires_grad_(False)


def run(model, tensors, tokens=lambda block, x: x, sublayer=lambda block, name, x, y: y):
    """Head and loss on the class token; the two functions take part in every block."""
    weight, bias = tensors.fill("head.weight", (CLASSES, WIDTH)), tensors.fill("head.bias", (CLASSES,))
    x = model.embeddings(PIXELS)
    for block, layer in enumerate(model.layers):
        x = tokens(block, x)
        y = layer.attention(layer.layernorm_before(x), None)[0]
        x = x + sublayer(block, "attention", x, y)
        y = layer.mlp(layer.layernorm_after(x))
        x = x + sublayer(block, "mlp", x, y)
    logits = model.layernorm(x)[:, 0] @ weight.T + bias
    loss = torch.nn.functional.cross_entropy(logits, LABELS)
    loss.backward()
    return {
        "logits": numbers(logits), "loss": float(f"{float(loss):.8g}"),
        "gradients": {name: numbers(torch.stack([t.grad.sum(), t.grad.norm()])) for name, t in tensors.items()},
    }


def numbers(tensor):
    return [float(f"{x:.7g}") for x in tensor.detach().flatten().tolist()]


def bottleneck(placement, activation, scale, blocks, size=5):
    tensors, adapters = Tensors(), {}
    sublayers = ["attention", "mlp"] if placement == "houlsby" else ["mlp"]
    for block in blocks:
        for name in sublayers:
            at = f"blocks.{block}.{name}-adapter"
            adapters[block, name] = [
                tensors.fill(f"{at}.down.weight", (size, WIDTH)), tensors.fill(f"{at}.down.bias", (size,)),
                tensors.fill(f"{at}.up.weight", (WIDTH, size)), tensors.fill(f"{at}.up.bias", (WIDTH,)),
            ]

    def sublayer(block, name, x, y):
        if (block, name) not in adapters:
            return y
        down, down_bias, up, up_bias = adapters[block, name]
        seen = x if placement == "parallel" else y
        hidden = ACTIVATIONS[activation](torch.nn.functional.linear(seen, down, down_bias))
        return y + scale * torch.nn.functional.linear(hidden, up, up_bias)

    return run(open_model(), tensors, sublayer=sublayer)


def prompts(depth, count=2):
    tensors = Tensors()
    names = ["prompts"] if depth == "shallow" else [f"blocks.{block}.prompts" for block in range(LAYERS)]
    filled = [tensors.fill(name, (count, WIDTH)) for name in names]

    def tokens(block, x):
        if block > 0 and depth == "shallow":
            return x
        after = 1 if block == 0 else 1 + count
        return torch.cat([x[:, :1], filled[block].expand(BATCH, -1, -1), x[:, after:]], 1)

    return run(open_model(), tensors, tokens=tokens)


def deltas(is_trained):
    """Adds the change to the parameter; the gradient of the sum is that of the change."""
    model, tensors = open_model(), Tensors()
    for ours, theirs in parameter_names().items():
        if is_trained(ours):
            module, _, name = theirs.rpartition(".")
            frozen = model.get_parameter(theirs)
            delta = tensors.fill(f"{ours}.delta", frozen.squeeze().shape)
            owner = model.get_submodule(module)
            del owner._parameters[name]
            setattr(owner, name, frozen + delta.reshape(frozen.shape))
    return run(model, tensors)


cases = {
    "houlsby": bottleneck("houlsby", "gelu", 1, [0, 2]),
    "pfeiffer": bottleneck("pfeiffer", "relu", 0.5, [1, 2]),
    "parallel": bottleneck("parallel", "silu", 0.25, [0, 1, 2]),
    "shallow": prompts("shallow"),
    "deep": prompts("deep"),
    "last-blocks": deltas(lambda name: name.startswith(("blocks.2.", "norm."))),
    "bitfit": deltas(lambda name: name.endswith(".bias") and name.startswith(("blocks.1.", "blocks.2.", "norm."))),
    "norm-tuning": deltas(lambda name: name.startswith("norm.") or name.startswith("blocks.1.norm")),
    "full": deltas(lambda name: True),
}
made_by = {"torch": torch.__version__, "transformers": transformers.__version__}
(HERE / "adapters.json").write_text(json.dumps({**made_by, "cases": cases}) + "\n")
print(made_by, {name: round(case["loss"], 5) for name, case in cases.items()})
