"""The reference steps in PyTorch, eager: one JSON command per line on stdin, one JSON answer per line on stdout."""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def contrastive_loss(z, temperature=0.5):
    """NT-Xent: row i and row i + n / 2 are two views of one image."""
    n = z.shape[0]
    z = F.normalize(z)
    logits = z @ z.T / temperature - torch.eye(n) * 1e9
    return F.cross_entropy(logits, (torch.arange(n) + n // 2) % n)


class SmallCnn(nn.Module):
    LAYERS = [(3, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2), (128, 128, 1)]

    def __init__(self):
        super().__init__()
        layers = []
        for i, o, stride in self.LAYERS:
            layers += [nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
        self.encoder = nn.Sequential(*layers)
        self.projector = nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 64))

    def forward(self, x):
        return self.projector(self.encoder(x).mean((2, 3)))


class Step:
    """A model, its optimiser and its loss over fixed inputs."""

    def __init__(self, model, loss, optimiser):
        self.model, self.loss, self.optimiser = model, loss, optimiser

    def __call__(self):
        self.optimiser.zero_grad()
        loss = self.loss(self.model)
        loss.backward()
        self.optimiser.step()
        return float(loss)


def image_step(make, images, rate):
    """Both memory layouts; the caller keeps the faster."""

    def build(layout):
        model = make().to(memory_format=layout)
        x = torch.randn(images, 3, 32, 32).to(memory_format=layout)
        return Step(model, lambda m: contrastive_loss(m(x)), torch.optim.SGD(model.parameters(), rate, 0.9))

    return [build(torch.contiguous_format), build(torch.channels_last)]


STEPS = {
    "simclr-cnn": lambda samples: image_step(SmallCnn, samples, 0.05),
}


def timed(step, count):
    ms, loss = [], 0.0
    for _ in range(count):
        start = time.perf_counter()
        loss = step()
        ms.append((time.perf_counter() - start) * 1000)
    return ms, loss


def main():
    step = None
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "memory":
            answer = {"peakMemoryMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif command["do"] == "run":
            ms, loss = timed(step, command["count"])
            answer = {"ms": ms, "loss": loss}
        else:
            torch.set_num_threads(command["threads"])
            torch.manual_seed(0)
            candidates = STEPS[command["id"]](command["samples"])
            if len(candidates) > 1:
                candidates.sort(key=lambda candidate: min(timed(candidate, 4)[0][1:]))
            step = candidates[0]
            answer = {"device": "cpu"}
        print(json.dumps(answer), flush=True)


main()
