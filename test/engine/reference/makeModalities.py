"""Writes modalities.json: encoders of tables, series and texts, and losses of hidden features, in torch (double precision) on inputs from
formulas. Run by hand; tests read the file."""
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F


def chirp(shape, start, scale=1.0):
    size = math.prod(shape)
    values = [scale * math.sin(0.37 * i * i + start) for i in range(size)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


class Weights(dict):
    """Tensors by name; each starts its formula at the place at which it is asked for first."""

    def make(self, name, *shape):
        scale = 0.3 / math.sqrt(shape[0]) if name.endswith(("weight", "filter")) else 0.1
        offset = 1.0 if name.endswith("gamma") else 0.0
        self[name] = (chirp(shape, len(self), scale) + offset).requires_grad_()
        return self[name]


def dense(w, name, x):
    return x @ w[name + "/weight"] + w[name + "/bias"]


def norm(w, name, x):
    return F.layer_norm(x, x.shape[-1:], w[name + "/gamma"], w[name + "/beta"], eps=1e-6)


def make_dense(w, name, a, b):
    w.make(name + "/weight", a, b)
    w.make(name + "/bias", b)


def make_norm(w, name, width):
    w.make(name + "/gamma", width)
    w.make(name + "/beta", width)


def make_blocks(w, width, depth, ratio):
    for i in range(1, depth + 1):
        block = f"blocks/block{i}"
        make_norm(w, block + "/norm1", width)
        make_dense(w, block + "/qkv", width, 3 * width)
        make_dense(w, block + "/out", width, width)
        make_norm(w, block + "/norm2", width)
        make_dense(w, block + "/up", width, ratio * width)
        make_dense(w, block + "/down", ratio * width, width)
    make_norm(w, "blocks/norm", width)


def blocks(w, x, depth, heads, keep):
    """keep [n, t] bool: which tokens may be looked at."""
    count, tokens, width = x.shape
    for i in range(1, depth + 1):
        block = f"blocks/block{i}"
        qkv = dense(w, block + "/qkv", norm(w, block + "/norm1", x))
        q, k, v = (part.reshape(count, tokens, heads, -1).transpose(1, 2) for part in qkv.chunk(3, -1))
        mask = keep[:, None, None, :]
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + dense(w, block + "/out", seen.transpose(1, 2).reshape(count, tokens, width))
        x = x + dense(w, block + "/down", F.gelu(dense(w, block + "/up", norm(w, block + "/norm2", x))))
    return norm(w, "blocks/norm", x)


def numbers(x):
    return [float(v) for v in x.detach().reshape(-1)]


def answer(h, w, *watched):
    dy = chirp(h.shape, 2.0)
    (h * dy).sum().backward()
    return {"h": numbers(h), **{f"d {name}": numbers(w[name].grad) for name in watched}}


# Two numbers (the second missing in row 1), then categories of 3 and 4 values.
VALUES = torch.tensor([[0.5, -1.2], [1.5, 0.0], [-0.7, 0.3]], dtype=torch.float64)
MISSING = torch.tensor([[0, 0], [0, 1], [0, 0]], dtype=torch.float64)
CODES = torch.tensor([[0, 3], [2, 1], [1, 0]])


def spread():
    ones = [F.one_hot(CODES[:, 0], 3), F.one_hot(CODES[:, 1], 4)]
    return torch.cat([VALUES, MISSING, *[one.double() for one in ones]], 1)


def table_mlp():
    w = Weights()
    make_dense(w, "linear1", 11, 6)
    make_dense(w, "linear2", 6, 6)
    h = F.relu(dense(w, "linear2", F.relu(dense(w, "linear1", spread()))))
    return answer(h, w, "linear1/weight")


def ft_transformer():
    w = Weights()
    for name, rows in [("classToken", 1), ("numbers", 2), ("missing", 2), ("values", 7), ("biases", 4)]:
        w.make("tokens/" + name, rows, 8)
    make_blocks(w, 8, 2, 2)
    numeric = VALUES[:, :, None] * w["tokens/numbers"] + MISSING[:, :, None] * w["tokens/missing"]
    categories = F.embedding(CODES + torch.tensor([0, 3]), w["tokens/values"])
    columns = torch.cat([numeric, categories], 1) + w["tokens/biases"]
    tokens = torch.cat([w["tokens/classToken"].expand(3, 1, 8), columns], 1)
    keep = torch.ones(3, 5, dtype=torch.bool)
    return answer(blocks(w, tokens, 2, 2, keep)[:, 0], w, "tokens/values", "tokens/missing")


# Two series of 30 steps and 2 channels; the second ends after 21.
STEPS = 30
LENGTHS = [30, 21]


def series():
    x = chirp((2, STEPS, 2), 0.3)
    present = torch.stack([torch.arange(STEPS) < length for length in LENGTHS])
    return x * present[:, :, None], present


def conv1d():
    w = Weights()
    widths = [2, 4, 8, 12]
    for i, kernel in enumerate([24, 16, 8]):
        w.make(f"conv{i + 1}/filter", kernel, 1, widths[i], widths[i + 1])
        w.make(f"conv{i + 1}/bias", widths[i + 1])
    x, present = series()
    y = x.transpose(1, 2)
    for i, kernel in enumerate([24, 16, 8]):
        before = (kernel - 1) // 2  # what is uneven of the padding comes last, as in Keras
        padded = F.pad(y, (before, kernel - 1 - before))
        z = F.conv1d(padded, w[f"conv{i + 1}/filter"][:, 0].permute(2, 1, 0), w[f"conv{i + 1}/bias"])
        y = F.relu(z) * present[:, None, :]
    h = y.masked_fill(~present[:, None, :], -math.inf).amax(2)
    return answer(h, w, "conv1/filter")


def positions(count, width):
    half = width // 2
    angles = torch.arange(count)[:, None] / 10_000 ** (torch.arange(half) / half)
    return torch.cat([angles.sin(), angles.cos()], 1).double()


def series_transformer():
    w = Weights()
    make_dense(w, "patches", 16, 8)
    make_blocks(w, 8, 1, 2)
    x, present = series()
    x = F.pad(x, (0, 0, 0, 2)).reshape(2, 4, 16)
    keep = F.pad(present, (0, 2)).reshape(2, 4, 8).any(2)
    all_ = blocks(w, dense(w, "patches", x) + positions(4, 8), 1, 2, keep)
    h = (all_ * keep[:, :, None]).sum(1) / keep.sum(1, keepdim=True)
    return answer(h, w, "patches/weight")


def text_transformer():
    w = Weights()
    w.make("embeddings/weight", 20, 8)
    w.make("positions", 6, 8)
    make_blocks(w, 8, 2, 2)
    ids = torch.tensor([[1, 5, 7, 19, 0, 0], [1, 3, 3, 8, 12, 4]])
    keep = ids != 0
    all_ = blocks(w, F.embedding(ids, w["embeddings/weight"]) + w["positions"], 2, 2, keep)
    h = (all_ * keep[:, :, None]).sum(1) / keep.sum(1, keepdim=True)
    return answer(h, w, "embeddings/weight")


def hidden_features():
    logits = chirp((3, 4), 0.1, 3.0)
    mask = (chirp((3, 4), 0.7) > 0).double()
    found = chirp((3, 9), 0.2, 2.0)
    squares = ((found[:, :2] - VALUES) ** 2 * (1 - MISSING)).sum()
    crosses = F.cross_entropy(found[:, 2:5], CODES[:, 0], reduction="sum") + F.cross_entropy(
        found[:, 5:], CODES[:, 1], reduction="sum"
    )
    return {
        "mask": float(F.binary_cross_entropy_with_logits(logits, mask)),
        "restored": float((squares + crosses) / 12),
    }


def clip():
    a, b = F.normalize(chirp((5, 4), 0.1)), F.normalize(chirp((5, 4), 0.9))
    a.requires_grad_(), b.requires_grad_()
    logits = a @ b.T / 0.07
    truth = torch.arange(5)
    loss = (F.cross_entropy(logits, truth) + F.cross_entropy(logits.T, truth)) / 2
    loss.backward()
    return {"a": numbers(a), "b": numbers(b), "loss": float(loss.detach()), "da": numbers(a.grad), "db": numbers(b.grad)}


def main():
    found = {
        "versions": {"torch": torch.__version__},
        "tableMlp": table_mlp(),
        "ftTransformer": ft_transformer(),
        "conv1d": conv1d(),
        "seriesTransformer": series_transformer(),
        "textTransformer": text_transformer(),
        "hiddenFeatures": hidden_features(),
        "clip": clip(),
    }
    Path(__file__).with_name("modalities.json").write_text(json.dumps(found) + "\n")


main()
