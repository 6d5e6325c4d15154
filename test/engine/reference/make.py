"""Writes torch.json: reference numbers of torch and torchvision on inputs from formulas. Run by hand; tests read the file."""
import json
import math
from pathlib import Path

import torch
import torchvision.transforms._functional_tensor as F

SIDE = 5


def image():
    values = [0.5 + 0.5 * math.sin(0.9 * i + 0.3 * (i % 7)) for i in range(SIDE * SIDE * 3)]
    return torch.tensor(values).reshape(SIDE, SIDE, 3).permute(2, 0, 1)


def wave(*shape, step=0.7, start=0.1):
    size = math.prod(shape)
    return torch.tensor([math.sin(step * i + start) for i in range(size)], dtype=torch.float64).reshape(shape)


def nhwc(x):
    return [round(float(v), 7) for v in x.permute(1, 2, 0).reshape(-1)]


def numbers(x):
    return [float(v) for v in x.detach().reshape(-1)]


def rotation_matrix(angle):
    rot = math.radians(-angle)
    return [math.cos(rot), math.sin(rot), 0.0, -math.sin(rot), math.cos(rot), 0.0]


def views():
    x = image()
    chain = F.adjust_brightness(x, 1.3)
    chain = F.adjust_hue(F.adjust_saturation(F.adjust_contrast(chain, 0.7), 1.5), -0.1)
    return {
        "brightness 1.4": nhwc(F.adjust_brightness(x, 1.4)),
        "contrast 0.6": nhwc(F.adjust_contrast(x, 0.6)),
        "saturation 1.7": nhwc(F.adjust_saturation(x, 1.7)),
        "hue 0.2": nhwc(F.adjust_hue(x, 0.2)),
        "hue -0.35": nhwc(F.adjust_hue(x, -0.35)),
        "1.3 0.7 1.5 -0.1": nhwc(chain),
        "grayscale": nhwc(F.rgb_to_grayscale(x, 3)),
        "crop 1 2 3 2": nhwc(F.resize(F.crop(x[None], 1, 2, 3, 2), [SIDE, SIDE], interpolation="bilinear")[0]),
        "rotate 30": nhwc(F.rotate(x[None], rotation_matrix(30), interpolation="bilinear")[0]),
        "flip": nhwc(F.hflip(x)),
        "blur 0.8": nhwc(F.gaussian_blur(x[None], [3, 3], [0.8, 0.8])[0]),
        "blur 2": nhwc(F.gaussian_blur(x[None], [3, 3], [2.0, 2.0])[0]),
        "erase 1 2 3 2 with 0.25": nhwc(F.erase(x, 1, 2, 3, 2, torch.full((3, 3, 2), 0.25))),
    }


def optimizer(make):
    weight = wave(2, 3).requires_grad_()
    optimizer = make([weight])
    for step in range(5):
        weight.grad = wave(2, 3, step=0.3, start=step)
        optimizer.step()
    return numbers(weight)


def optimizers():
    return {
        "sgd": optimizer(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
        "nesterov": optimizer(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)),
        "adamW": optimizer(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01)),
    }


def batch_norm():
    x = wave(2, 3, 3, 4).permute(0, 3, 1, 2).contiguous().requires_grad_()
    layer = torch.nn.BatchNorm2d(4, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(wave(4, start=1.0))
        layer.bias.copy_(wave(4, start=2.0))
    y = layer(x)
    (y * wave(2, 3, 3, 4, step=0.2).permute(0, 3, 1, 2)).sum().backward()
    layer.eval()
    return {
        "y": numbers(y.permute(0, 2, 3, 1)),
        "dx": numbers(x.grad.permute(0, 2, 3, 1)),
        "dgamma": numbers(layer.weight.grad),
        "dbeta": numbers(layer.bias.grad),
        "mean": numbers(layer.running_mean),
        "variance": numbers(layer.running_var),
        "evaluated": numbers(layer(x).permute(0, 2, 3, 1)),
    }


PLAN = [(3, 4, 1), (4, 4, 1), (4, 8, 2), (8, 8, 1), (8, 16, 2), (16, 16, 1)]


def filled(shape, index, scale, offset=0.0):
    values = scale * wave(*shape, start=float(index)) + offset
    return values.clone().requires_grad_()


class SmallCnn:
    """The encoder with a linear or two-layer head, all parameters from formulas, in the order of the engine's trainable tensors."""

    def __init__(self, head):
        self.parameters, self.decayed = [], []
        self.blocks = [[self.add("filter", (3, 3, a, b), math.sqrt(2 / (9 * a))), self.add("gamma", (b,)), self.add("beta", (b,))] for a, b, _ in PLAN]
        self.head = [[self.add("weight", (a, b), 0.3), self.add("bias", (b,))] for a, b in zip(head, head[1:])]

    def add(self, kind, shape, scale=0.1):
        parameter = filled(shape, len(self.parameters), scale, 1.0 if kind == "gamma" else 0.0)
        self.parameters.append(parameter)
        self.decayed.append(kind in ("filter", "weight"))
        return parameter

    def __call__(self, x):
        for (filters, gamma, beta), (_, _, stride) in zip(self.blocks, PLAN):
            # SAME padding as TensorFlow's: at stride 2 and an even side it pads after, not before.
            x = torch.nn.functional.pad(x, (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1))
            x = torch.nn.functional.conv2d(x, filters.permute(3, 2, 0, 1), stride=stride)
            x = torch.relu(torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True))
        x = x.mean((2, 3))
        for index, (weight, bias) in enumerate(self.head):
            x = (torch.relu(x) if index else x) @ weight + bias
        return x


def nt_xent(z, temperature):
    z = torch.nn.functional.normalize(z)
    count = len(z) // 2
    logits = (z @ z.T / temperature).masked_fill(torch.eye(2 * count, dtype=torch.bool), -1e9)
    return torch.nn.functional.cross_entropy(logits, (torch.arange(2 * count) + count) % (2 * count))


def losses_of(model, loss):
    groups = [
        {"params": [p for p, d in zip(model.parameters, model.decayed) if d], "weight_decay": 0.01},
        {"params": [p for p, d in zip(model.parameters, model.decayed) if not d], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9)
    found = []
    for step in range(6):
        x = (0.5 + 0.5 * wave(6, 8, 8, 3, step=0.53, start=float(step))).permute(0, 3, 1, 2)
        optimizer.zero_grad()
        value = loss(model, x)
        value.backward()
        found.append(float(value.detach()))
        optimizer.step()
    return found


def training():
    labels = torch.tensor([0, 1, 2, 0, 1, 2])
    return {
        "supervised": losses_of(SmallCnn([16, 3]), lambda model, x: torch.nn.functional.cross_entropy(model(x), labels)),
        "simclr": losses_of(SmallCnn([16, 8, 5]), lambda model, x: nt_xent(model(torch.cat([x, x])), 0.5)),
    }


if __name__ == "__main__":
    result = {"views": views(), "optimizers": optimizers(), "batchNorm": batch_norm(), "training": training()}
    Path(__file__).with_name("torch.json").write_text(json.dumps(result) + "\n")
