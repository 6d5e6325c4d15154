"""SimCLR and BYOL in PyTorch, fed by parityTorch.ts: a line of JSON, the initial weights (safetensors), then per step two numbers (learning rate,
momentum of the target; float64) and two views [n, h, w, c] (float32). Prints the loss of every step; a learning rate that is no number ends it,
and the weights are written to the path named in the first line."""
import json
import struct
import sys

import numpy
import torch
import torch.nn.functional as F

PIPE = sys.stdin.buffer
STATISTICS = ("mean", "variance")


def read(count):
    data = b""
    while len(data) < count:
        piece = PIPE.read(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def load(data):
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        values = numpy.frombuffer(data[8 + length + start:8 + length + end], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.tensor(values)
    return tensors


def save(path, tensors):
    header, parts, offset = {}, [], 0
    for name in sorted(tensors):
        values = tensors[name].detach().numpy().astype("<f4")
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
        parts.append(values.tobytes())
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def same(x, stride):
    """Padding of a 3x3 convolution as TensorFlow has it."""
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max(0, (-(-size // stride) - 1) * stride + 3 - size)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def norm(t, prefix, x):
    return F.batch_norm(x, t[prefix + "/mean"], t[prefix + "/variance"], t[prefix + "/gamma"], t[prefix + "/beta"], training=True, momentum=0.1, eps=1e-5)


def encoder(t, name, x):
    for block, stride in enumerate((1, 1, 2, 1, 2, 1), 1):
        own = f"{name}/block{block}"
        x = F.conv2d(same(x, stride), t[own + "/filter"].permute(3, 2, 0, 1), stride=stride)
        x = F.relu(norm(t, own + "/norm", x))
    return x.mean((2, 3))


def mlp(t, name, x):
    x = x @ t[f"{name}/linear1/weight"] + t[f"{name}/linear1/bias"]
    if f"{name}/linear1Norm/gamma" in t:
        x = norm(t, f"{name}/linear1Norm", x)
    return F.relu(x) @ t[f"{name}/linear2/weight"] + t[f"{name}/linear2/bias"]


def simclr(t, views, temperature):
    z = F.normalize(mlp(t, "projector", encoder(t, "encoder", torch.cat(views))))
    count = len(views[0])
    similarities = (z @ z.T / temperature).masked_fill(torch.eye(2 * count, dtype=torch.bool), -1e9)
    return F.cross_entropy(similarities, (torch.arange(2 * count) + count) % (2 * count))


def byol(t, views, _temperature):
    p = [mlp(t, "predictor", z) for z in [mlp(t, "projector", h) for h in [encoder(t, "encoder", x) for x in views]]]
    with torch.no_grad():
        z = [mlp(t, "targetProjector", h) for h in [encoder(t, "targetEncoder", x) for x in views]]
    loss = lambda a, b: (2 - 2 * F.cosine_similarity(a, b)).mean()
    return loss(p[0], z[1]) + loss(p[1], z[0])


TARGETS = {"targetEncoder": "encoder", "targetProjector": "projector"}


def main():
    about = json.loads(PIPE.readline())
    torch.set_num_threads(about["threads"])
    t = load(read(about["bytes"]))
    is_target = lambda name: name.split("/")[0] in TARGETS
    is_statistic = lambda name: name.split("/")[-1] in STATISTICS
    trained = [name for name in t if not is_target(name) and not is_statistic(name)]
    decayed = [name for name in trained if name.split("/")[-1] in ("filter", "weight")]
    for name in trained:
        t[name].requires_grad_(True)
    groups = [{"params": [t[name] for name in decayed], "weight_decay": about["weightDecay"]},
              {"params": [t[name] for name in trained if name not in decayed], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=about["momentum"])
    loss_of = {"simclr": simclr, "byol": byol}[about["method"]]
    n, h, w, c = about["shape"]
    size = 4 * n * h * w * c
    while True:
        rate, momentum = struct.unpack("<dd", read(16))
        if rate != rate:
            break
        views = [torch.tensor(numpy.frombuffer(read(size), dtype="<f4").reshape(n, h, w, c)).permute(0, 3, 1, 2) for _ in range(2)]
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = loss_of(t, views, about["temperature"])
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for name in t:
                if is_target(name) and not is_statistic(name):
                    head, tail = name.split("/", 1)
                    t[name].mul_(momentum).add_(t[f"{TARGETS[head]}/{tail}"], alpha=1 - momentum)
        print(loss.item(), flush=True)
    save(about["out"], t)


main()
