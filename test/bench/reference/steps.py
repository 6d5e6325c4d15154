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


class BasicBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv0, self.norm0 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv1, self.norm1 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        narrow = i == o and stride == 1
        self.shortcut = nn.Identity() if narrow else nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        h = F.relu(self.norm0(self.conv0(x)))
        return F.relu(self.norm1(self.conv1(h)) + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        blocks, i = [], 64
        for o, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
            blocks += [BasicBlock(i, o, stride), BasicBlock(o, o, 1)]
            i = o
        stem = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
        self.encoder = nn.Sequential(*stem, *blocks)
        self.projector = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 128))

    def forward(self, x):
        return self.projector(self.encoder(x).mean((2, 3)))


class SeriesCnn(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for i, o, width in [(6, 32, 24), (32, 64, 16), (64, 96, 8)]:
            layers += [nn.Conv1d(i, o, width), nn.ReLU()]
        self.encoder = nn.Sequential(*layers)
        self.projector = nn.Sequential(
            nn.Linear(96, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 50)
        )

    def forward(self, x):
        return self.projector(self.encoder(x).amax(2))


class Block(nn.Module):
    """Pre-norm transformer block."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm0, self.norm1 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(self.norm0(x)).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, w)
        x = x + self.out(mixed)
        return x + self.down(F.gelu(self.up(self.norm1(x))))


class MaskedAutoencoder(nn.Module):
    PATCHES, VALUES, VISIBLE = 64, 48, 16

    def __init__(self):
        super().__init__()
        self.patches, self.positions = nn.Linear(self.VALUES, 192), nn.Parameter(torch.randn(self.PATCHES, 192) * 0.02)
        self.encoder = nn.Sequential(*[Block(192, 3) for _ in range(12)], nn.LayerNorm(192))
        self.bridge, self.mask = nn.Linear(192, 96), nn.Parameter(torch.randn(1, 1, 96) * 0.02)
        self.places = nn.Parameter(torch.randn(self.PATCHES, 96) * 0.02)
        self.decoder = nn.Sequential(*[Block(96, 3) for _ in range(2)], nn.LayerNorm(96), nn.Linear(96, self.VALUES))

    def loss(self, patches, visible, restore, hidden):
        h = self.patches(patches) + self.positions
        h = torch.gather(h, 1, visible[..., None].expand(-1, -1, 192))
        seen = self.bridge(self.encoder(h))
        full = torch.cat([seen, self.mask.expand(len(seen), self.PATCHES - self.VISIBLE, -1)], 1)
        g = torch.gather(full, 1, restore[..., None].expand(-1, -1, 96)) + self.places
        error = (self.decoder(g) - patches).square().mean(-1)
        return (error * hidden).sum() / hidden.sum()


class TokenModel(nn.Module):
    VOCABULARY, WIDTH, LENGTH, MASKED = 8000, 256, 128, 19

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(self.VOCABULARY, self.WIDTH)
        self.positions = nn.Parameter(torch.randn(self.LENGTH, self.WIDTH) * 0.02)
        self.blocks = nn.Sequential(*[Block(self.WIDTH, 4) for _ in range(4)], nn.LayerNorm(self.WIDTH))
        self.head = nn.Linear(self.WIDTH, self.VOCABULARY)

    def loss(self, ids, places, targets):
        h = self.blocks(self.tokens(ids) + self.positions)
        return F.cross_entropy(self.head(h.view(-1, self.WIDTH)[places]), targets)


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


def series_step(samples):
    model, x = SeriesCnn(), torch.randn(samples, 6, 128)
    return [Step(model, lambda m: contrastive_loss(m(x)), torch.optim.SGD(model.parameters(), 0.05, 0.9))]


def mlp_step(samples):
    layers = []
    for i, o in [(105, 256), (256, 256), (256, 256)]:
        layers += [nn.Linear(i, o), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(256, 105))
    x, mask = torch.randn(samples, 105), (torch.rand(samples, 105) < 0.3).float()

    def loss(m):
        return ((m(x * (1 - mask)) - x).square() * mask).sum() / mask.sum()

    return [Step(model, loss, torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2))]


def autoencoder_step(samples):
    model = MaskedAutoencoder()
    patches = torch.randn(samples, model.PATCHES, model.VALUES)
    order = torch.rand(samples, model.PATCHES).argsort(1)
    restore, visible = order.argsort(1), order[:, : model.VISIBLE]
    hidden = (restore >= model.VISIBLE).float()
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=5e-2)
    return [Step(model, lambda m: m.loss(patches, visible, restore, hidden), optimiser)]


def token_step(samples):
    model = TokenModel()
    ids = torch.randint(model.VOCABULARY, (samples, model.LENGTH))
    places = (torch.arange(samples)[:, None] * model.LENGTH + torch.arange(model.MASKED) * 6).flatten()
    targets = torch.randint(model.VOCABULARY, (len(places),))
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2)
    return [Step(model, lambda m: m.loss(ids, places, targets), optimiser)]


STEPS = {
    "simclr-cnn": lambda samples: image_step(SmallCnn, samples, 0.05),
    "simclr-resnet18": lambda samples: image_step(ResNet18, samples, 0.05),
    "simclr-conv1d": series_step,
    "mae-vit": autoencoder_step,
    "masked-tokens": token_step,
    "masked-mlp": mlp_step,
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
        elif command["do"] == "end":
            answer = {}
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
