"""Prints the median seconds of a SimCLR training step in PyTorch: arguments batch, side, steps, threads. No views are drawn: only the network is timed."""
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def block(channels, filters, stride):
    convolution = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(filters), nn.ReLU(inplace=True))


def network(width=32):
    plan = [(3, width, 1), (width, width, 1), (width, 2 * width, 2), (2 * width, 2 * width, 1), (2 * width, 4 * width, 2), (4 * width, 4 * width, 1)]
    projector = [nn.Linear(4 * width, 128), nn.BatchNorm1d(128), nn.ReLU(inplace=True), nn.Linear(128, 64)]
    return nn.Sequential(*[block(*entry) for entry in plan], nn.AdaptiveAvgPool2d(1), nn.Flatten(), *projector)


def loss_of(z, temperature=0.2):
    z = F.normalize(z)
    count = len(z) // 2
    similarities = (z @ z.T / temperature).masked_fill(torch.eye(2 * count, dtype=torch.bool), -1e9)
    return F.cross_entropy(similarities, (torch.arange(2 * count) + count) % (2 * count))


def main(batch, side, steps, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.06, momentum=0.9, weight_decay=5e-4)
    views = torch.rand(2 * batch, 3, side, side)
    seconds = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of(model(views)).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(statistics.median(seconds[2:]))


main(*[int(argument) for argument in sys.argv[1:5]])
