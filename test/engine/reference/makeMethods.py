"""Writes methods.json: losses and encoders in torch (double precision) on inputs from formulas. Run by hand; tests read the file."""
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F


def formula(rows, columns, offset):
    values = [[math.sin(1 + 3 * i + 7 * j + 0.5 * i * j + offset) for j in range(columns)] for i in range(rows)]
    return torch.tensor(values, dtype=torch.float64)


def wave(*shape, step=0.7, start=0.1):
    values = [math.sin(step * i + start) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def chirp(shape, start):
    """Values that repeat nowhere near, so that filters are not close to low rank and rounding stays small."""
    values = [math.sin(0.37 * i * i + start) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def numbers(x):
    return [float(v) for v in x.detach().reshape(-1)]


def off_diagonal(c):
    return c - torch.diag(torch.diagonal(c))


def barlow_twins(a, b):
    norm = torch.nn.BatchNorm1d(a.shape[1], affine=False, dtype=torch.float64)
    c = norm(a).T @ norm(b) / len(a)
    return (torch.diagonal(c) - 1).pow(2).sum() + 5e-3 * off_diagonal(c).pow(2).sum()


def covariance(z):
    return off_diagonal(torch.cov(z.T)).pow(2).sum() / z.shape[1]


def vicreg(a, b):
    spread = [F.relu(1 - torch.sqrt(z.var(0) + 1e-4)).mean() for z in (a, b)]
    return 25 * F.mse_loss(a, b) + 25 * sum(spread) + covariance(a) + covariance(b)


def simsiam(a, b):
    """a predictions, b embeddings, of which the other view's are the same in reverse order."""
    one = F.cosine_similarity(a, b.detach()).mean()
    other = F.cosine_similarity(a.flip(0), b.flip(0).detach()).mean()
    return -(one + other) / 2


def byol(a, b):
    return F.mse_loss(F.normalize(a), F.normalize(b.detach()), reduction="none").sum(1).mean()


def moco(a, b):
    q, k = F.normalize(a), F.normalize(b.detach())
    queue = F.normalize(formula(5, 4, 0.9))
    logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / 0.1
    return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


def with_gradients(loss):
    a, b = formula(6, 4, 0.0).requires_grad_(), formula(6, 4, 0.2).requires_grad_()
    value = loss(a, b)
    value.backward()
    return {"loss": float(value.detach()), "da": numbers(a.grad), "db": numbers(torch.zeros_like(b) if b.grad is None else b.grad)}


def group_norm():
    x = wave(2, 3, 3, 8).permute(0, 3, 1, 2).contiguous().requires_grad_()
    layer = torch.nn.GroupNorm(4, 8, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(wave(8, start=1.0))
        layer.bias.copy_(wave(8, start=2.0))
    y = layer(x)
    (y * wave(2, 3, 3, 8, step=0.2).permute(0, 3, 1, 2)).sum().backward()
    return {
        "y": numbers(y.permute(0, 2, 3, 1)),
        "dx": numbers(x.grad.permute(0, 2, 3, 1)),
        "dgamma": numbers(layer.weight.grad),
        "dbeta": numbers(layer.bias.grad),
    }


class ResNet:
    """Basic blocks behind a 3x3 stem; parameters from formulas, in the order of the engine's trainable tensors."""

    def __init__(self, blocks, width, norm):
        self.count, self.norm = 0, norm
        self.stem = self.convolution(3, 3, width)
        self.blocks, channels = [], width
        for stage in range(4):
            for block in range(blocks):
                out, stride = width * 2**stage, 2 if stage > 0 and block == 0 else 1
                parts = [self.convolution(3, channels, out), self.convolution(3, out, out)]
                shortcut = self.convolution(1, channels, out) if stride != 1 or channels != out else None
                self.blocks.append((*parts, shortcut, stride))
                channels = out

    def parameter(self, shape, scale, offset=0.0):
        self.count += 1
        return scale * chirp(shape, self.count - 1) + offset

    def convolution(self, size, inputs, outputs):
        filters = self.parameter((size, size, inputs, outputs), math.sqrt(2 / (size * size * inputs)))
        return filters, self.parameter((outputs,), 0.1, 1.0), self.parameter((outputs,), 0.1)

    def layer(self, x, parts, stride=1):
        filters, gamma, beta = parts
        x = F.conv2d(x, filters.permute(3, 2, 0, 1), stride=stride, padding=filters.shape[0] // 2)
        if self.norm == "group":
            return F.group_norm(x, 2, gamma, beta)
        return F.batch_norm(x, None, None, gamma, beta, training=True)

    def __call__(self, x):
        x = F.relu(self.layer(x, self.stem))
        for first, second, shortcut, stride in self.blocks:
            y = self.layer(F.relu(self.layer(x, first, stride)), second)
            x = F.relu(y + (x if shortcut is None else self.layer(x, shortcut, stride)))
        return x.mean((2, 3))


def resnet(blocks, norm):
    return numbers(ResNet(blocks, 4, norm)(wave(3, 16, 16, 3, step=0.53).permute(0, 3, 1, 2)))


if __name__ == "__main__":
    losses = {"barlowTwins": barlow_twins, "vicreg": vicreg, "simsiam": simsiam, "byol": byol, "moco": moco}
    result = {
        "torch": torch.__version__,
        "losses": {name: with_gradients(loss) for name, loss in losses.items()},
        "groupNorm": group_norm(),
        "resnet9": resnet(1, "batch"),
        "resnet9 group": resnet(1, "group"),
        "resnet18": resnet(2, "batch"),
    }
    Path(__file__).with_name("methods.json").write_text(json.dumps(result) + "\n")
