"""
Writes tiny-vit/: a vision transformer of random weights in the form transformers saves, and expected.json: what transformers
and PyTorch make of it, with and without LoRA. Needs torch, transformers and safetensors.
"""
import json
import math
import pathlib

import safetensors.torch
import torch
import transformers

HERE = pathlib.Path(__file__).parent
OUT = HERE / "tiny-vit"
SIZE, BATCH, CLASSES, RANK, ALPHA, BLOCKS = 16, 3, 3, 2, 4, [1, 2]
TARGETS = {
    "query": "attention.q_proj", "key": "attention.k_proj", "value": "attention.v_proj",
    "attention-output": "attention.o_proj", "mlp-up": "mlp.fc1", "mlp-down": "mlp.fc2",
}

torch.manual_seed(5)
config = transformers.ViTConfig(
    hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32,
    image_size=SIZE, patch_size=4, layer_norm_eps=1e-6, attn_implementation="eager",
)
model = transformers.ViTModel(config, add_pooling_layer=True).eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        p.copy_(torch.randn_like(p) * 0.3 + (1.0 if "norm" in name and "weight" in name else 0.0))
        # Values that bfloat16 and float16 hold exactly, so that all three files are one model.
        p.copy_(p.to(torch.bfloat16).float())
        p[p.abs() < 2**-10] = 0
model.save_pretrained(OUT)
(OUT / "preprocessor_config.json").write_text(json.dumps({
    "image_processor_type": "ViTImageProcessor", "do_resize": True,
    "size": {"height": SIZE, "width": SIZE}, "resample": 2, "do_rescale": True,
    "rescale_factor": 1 / 255, "do_normalize": True,
    "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2],
}, indent=1) + "\n")
saved = safetensors.torch.load_file(OUT / "model.safetensors")
for dtype, folder in [(torch.bfloat16, "tiny-vit-bf16"), (torch.float16, "tiny-vit-f16")]:
    (HERE / folder).mkdir(exist_ok=True)
    # As a model with a classifier: every name prefixed, and one more tensor.
    tensors = {f"vit.{name}": t.to(dtype).contiguous() for name, t in saved.items()}
    tensors["classifier.weight"] = torch.zeros(2, 16, dtype=dtype)
    safetensors.torch.save_file(tensors, HERE / folder / "model.safetensors")

# Pixels by formula: channels last in the file, channels first for torch.
j = torch.arange(BATCH * SIZE * SIZE * 3, dtype=torch.float64)
pixels = torch.sin(0.37 * j).reshape(BATCH, SIZE, SIZE, 3).float()
labels = torch.tensor([2, 0, 2])

with torch.no_grad():
    plain = model(pixels.permute(0, 3, 1, 2), output_hidden_states=True)


def fill(shape, k):
    count = math.prod(shape)
    values = torch.sin(0.7 + 0.37 * k + 0.11 * torch.arange(count, dtype=torch.float64))
    return (0.2 * values).reshape(shape).float().requires_grad_()


adapter = {}
for block in BLOCKS:
    for target, path in TARGETS.items():
        linear = model.layers[block].get_submodule(path)
        outputs, inputs = linear.weight.shape
        a = fill((RANK, inputs), len(adapter))
        adapter[f"blocks.{block}.{target}.lora-a"] = a
        b = fill((outputs, RANK), len(adapter))
        adapter[f"blocks.{block}.{target}.lora-b"] = b
        linear.register_forward_hook(
            lambda _, args, out, a=a, b=b: out + (ALPHA / RANK) * (args[0] @ a.T) @ b.T
        )
adapter["head.weight"] = fill((CLASSES, 16), len(adapter))
adapter["head.bias"] = fill((CLASSES,), len(adapter))

model.requires_grad_(False)
feature = model(pixels.permute(0, 3, 1, 2)).last_hidden_state[:, 0]
logits = feature @ adapter["head.weight"].T + adapter["head.bias"]
loss = torch.nn.functional.cross_entropy(logits, labels)
loss.backward()


def numbers(tensor):
    return [float(f"{x:.8g}") for x in tensor.detach().flatten().tolist()]


expected = {
    "torch": torch.__version__, "transformers": transformers.__version__,
    "batch": BATCH, "labels": labels.tolist(), "classes": CLASSES,
    "rank": RANK, "alpha": ALPHA, "blocks": BLOCKS, "targets": list(TARGETS),
    # The input of each block, for the first picture.
    "levels": [numbers(h[0]) for h in plain.hidden_states[:3]],
    "features": numbers(plain.last_hidden_state[:, 0]),
    "lora": {
        "logits": numbers(logits), "loss": float(loss),
        "gradients": {name: numbers(t.grad) for name, t in adapter.items()},
    },
}
(OUT / "expected.json").write_text(json.dumps(expected) + "\n")
print({k: v for k, v in expected.items() if k in ("torch", "transformers")}, float(loss))
