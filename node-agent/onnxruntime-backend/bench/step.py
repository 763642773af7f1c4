"""The step of step.ts in PyTorch: LoRA of rank 8 on query and value of ViT-S/16 blocks, batch 8, AdamW."""
import argparse
import json
import resource
import time

import torch
import torch.nn.functional as F

WIDTH, HEADS, HIDDEN, TOKENS, BATCH, RANK, CLASSES = 384, 6, 1536, 197, 8, 8, 10
WARM_UP = 2

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=12)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(99)
trained = []


def fixed(*shape, around=0.0):
    return (torch.rand(*shape) - 0.5) * 0.2 + around


def variable(*shape):
    tensor = fixed(*shape).requires_grad_()
    trained.append(tensor)
    return tensor


def block_weights():
    return dict(
        g1=fixed(WIDTH, around=1), b1=fixed(WIDTH), g2=fixed(WIDTH, around=1), b2=fixed(WIDTH),
        qkv=fixed(3 * WIDTH, WIDTH), qkv_bias=fixed(3 * WIDTH), out=fixed(WIDTH, WIDTH), out_bias=fixed(WIDTH),
        up=fixed(HIDDEN, WIDTH), up_bias=fixed(HIDDEN), down=fixed(WIDTH, HIDDEN), down_bias=fixed(WIDTH),
        qa=variable(WIDTH, RANK), qb=variable(RANK, WIDTH), va=variable(WIDTH, RANK), vb=variable(RANK, WIDTH),
    )


def block(w, x):
    h = F.layer_norm(x, [WIDTH], w["g1"], w["b1"], 1e-6)
    q, k, v = F.linear(h, w["qkv"], w["qkv_bias"]).split(WIDTH, 2)
    q = q + h @ w["qa"] @ (w["qb"] * 2)
    v = v + h @ w["va"] @ (w["vb"] * 2)
    q, k, v = [t.reshape(BATCH, TOKENS, HEADS, WIDTH // HEADS).transpose(1, 2) for t in (q, k, v)]
    o = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(BATCH, TOKENS, WIDTH)
    x = x + F.linear(o, w["out"], w["out_bias"])
    g = F.layer_norm(x, [WIDTH], w["g2"], w["b2"], 1e-6)
    return x + F.linear(F.gelu(F.linear(g, w["up"], w["up_bias"])), w["down"], w["down_bias"])


blocks = [block_weights() for _ in range(options.depth)]
head, head_bias = variable(WIDTH, CLASSES), variable(CLASSES)
features = (torch.rand(BATCH, TOKENS, WIDTH) - 0.5) * 2
labels = torch.arange(BATCH) % CLASSES
optimizer = torch.optim.AdamW(trained, lr=1e-3)


def step():
    x = features
    for w in blocks:
        x = block(w, x)
    loss = F.cross_entropy(x[:, 0] @ head + head_bias, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


times, processor = [], []
for _ in range(WARM_UP + options.steps):
    start, used = time.perf_counter(), time.process_time()
    step()
    times.append((time.perf_counter() - start) * 1000)
    processor.append((time.process_time() - used) * 1000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"milliseconds": times[WARM_UP:], "processor": processor[WARM_UP:], "peakMebibytes": peak}))
