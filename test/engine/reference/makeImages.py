"""Writes images.json: the vision transformer and the losses of image methods in torch (double precision) on inputs from formulas. Run by hand; tests read the file."""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from makeMethods import chirp, formula, wave

torch.set_default_dtype(torch.float64)


def numbers(x):
    return [float(f"{v:.9g}") for v in x.detach().reshape(-1)]


def sincos_1d(width, places):
    """get_1d_sincos_pos_embed_from_grid of facebookresearch/mae, util/pos_embed.py."""
    omega = 1.0 / 10000 ** (np.arange(width // 2, dtype=np.float64) / (width / 2.0))
    out = np.einsum("m,d->md", places.reshape(-1), omega)
    return np.concatenate([np.sin(out), np.cos(out)], axis=1)


def sincos_2d(width, down, across):
    """get_2d_sincos_pos_embed of the same file; w goes first there."""
    grid = np.stack(np.meshgrid(np.arange(across, dtype=np.float64), np.arange(down, dtype=np.float64)), axis=0)
    return torch.tensor(np.concatenate([sincos_1d(width // 2, grid[0]), sincos_1d(width // 2, grid[1])], axis=1))


class Vit(torch.nn.Module):
    """torch's own encoder layers; parameters from formulas, in the order of the engine's trainable tensors."""

    def __init__(self, patch, width, depth, heads, channels, grid, pooling, positions):
        super().__init__()
        self.patch, self.pooling, self.count = patch, pooling, 0
        self.patches = torch.nn.Linear(patch * patch * channels, width)
        self.dense(self.patches)
        self.positions = self.next((grid[0] * grid[1], width), 0.02) if positions == "learned" else sincos_2d(width, *grid)
        self.class_token = self.next((1, 1, width), 0.02) if pooling == "token" else None
        self.blocks = torch.nn.ModuleList()
        for _ in range(depth):
            layer = torch.nn.TransformerEncoderLayer(
                width, heads, 4 * width, dropout=0.0, activation="gelu", layer_norm_eps=1e-6, batch_first=True, norm_first=True
            )
            self.norm(layer.norm1)
            self.set(layer.self_attn.in_proj_weight, self.next((width, 3 * width), 0.3 / math.sqrt(width)).T)
            self.set(layer.self_attn.in_proj_bias, self.next((3 * width,), 0.1))
            self.dense(layer.self_attn.out_proj)
            self.norm(layer.norm2)
            self.dense(layer.linear1)
            self.dense(layer.linear2)
            self.blocks.append(layer)
        self.last = torch.nn.LayerNorm(width, eps=1e-6)
        self.norm(self.last)

    def next(self, shape, scale, offset=0.0):
        self.count += 1
        return scale * chirp(shape, self.count - 1) + offset

    @staticmethod
    def set(parameter, values):
        with torch.no_grad():
            parameter.copy_(values)

    def dense(self, layer):
        self.set(layer.weight, self.next((layer.in_features, layer.out_features), 0.3 / math.sqrt(layer.in_features)).T)
        self.set(layer.bias, self.next((layer.out_features,), 0.1))

    def norm(self, layer):
        self.set(layer.weight, self.next(tuple(layer.weight.shape), 0.1, 1.0))
        self.set(layer.bias, self.next(tuple(layer.bias.shape), 0.1))

    def tokens(self, x):
        cut = F.unfold(x.permute(0, 3, 1, 2), self.patch, stride=self.patch).transpose(1, 2)
        # unfold orders the numbers of a patch by channel first, the engine by pixel first.
        n, t, _ = cut.shape
        cut = cut.reshape(n, t, x.shape[-1], self.patch**2).transpose(2, 3).reshape(n, t, -1)
        return self.patches(cut) + self.positions

    def forward(self, x):
        h = self.tokens(x)
        if self.class_token is not None:
            h = torch.cat([self.class_token.expand(len(h), -1, -1), h], 1)
        for block in self.blocks:
            h = block(h)
        h = self.last(h)
        return h[:, 0] if self.pooling == "token" else h.mean(1)


def vit(pooling, positions):
    model = Vit(4, 16, 2, 4, 3, (3, 2), pooling, positions)
    x = wave(2, 12, 8, 3, step=0.53).requires_grad_()
    h = model(x)
    (h * wave(*h.shape, step=0.2)).sum().backward()
    return {
        "h": numbers(h),
        "dx": numbers(x.grad),
        "dpatches": numbers(model.patches.weight.grad.T),
        "dqkv": numbers(model.blocks[0].self_attn.in_proj_weight.grad.T),
    }


def with_gradient(loss, x):
    """A loss of one tensor and its gradient."""
    x = x.requires_grad_()
    value = loss(x)
    value.backward()
    return {"loss": float(value.detach()), "dx": numbers(x.grad)}


def mae(normalised):
    """forward_loss of facebookresearch/mae, models_mae.py; of 5 patches of each of 2 images 3 are hidden."""
    mask = torch.tensor([[1, 0, 1, 1, 0], [0, 1, 0, 1, 1]], dtype=torch.float64)

    def forward_loss(pred):
        target = wave(2, 5, 6, step=0.9, start=0.3)
        if normalised:
            mean = target.mean(dim=-1, keepdim=True)
            var = target.var(dim=-1, keepdim=True)
            target = (target - mean) / (var + 1.0e-6) ** 0.5
        loss = (pred - target) ** 2
        loss = loss.mean(dim=-1)
        return (loss * mask).sum() / mask.sum()

    return with_gradient(forward_loss, wave(2, 5, 6))


def transposed_convolution():
    """DCGAN's layer: filters of 4 x 4, stride 2, one pixel cut off at each border."""
    x = wave(2, 3, 2, 4).requires_grad_()
    filters = wave(4, 4, 3, 4, step=0.3).requires_grad_()  # height, width, out, in
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), filters.permute(3, 2, 0, 1), stride=2, padding=1).permute(0, 2, 3, 1)
    (y * wave(*y.shape, step=0.2)).sum().backward()
    return {"y": numbers(y), "dx": numbers(x.grad), "dfilters": numbers(filters.grad)}


def dino():
    """DINOLoss of facebookresearch/dino, main_dino.py, on one process: 4 crops of 3 samples, of which 2 are the teacher's."""
    ncrops, count, outputs = 4, 3, 5
    center = 0.1 * wave(1, outputs, step=1.1)
    teacher_output = 0.1 * wave(2 * count, outputs, step=0.9, start=0.3)

    def forward(student_output):
        student_out = (student_output / 0.1).chunk(ncrops)
        teacher_out = F.softmax((teacher_output - center) / 0.04, dim=-1).detach().chunk(2)
        total_loss, n_loss_terms = 0, 0
        for iq, q in enumerate(teacher_out):
            for v in range(len(student_out)):
                if v == iq:
                    continue
                loss = torch.sum(-q * F.log_softmax(student_out[v], dim=-1), dim=-1)
                total_loss += loss.mean()
                n_loss_terms += 1
        return total_loss / n_loss_terms

    batch_center = torch.sum(teacher_output, dim=0, keepdim=True) / len(teacher_output)
    return {**with_gradient(forward, 0.1 * wave(ncrops * count, outputs)), "centre": numbers(center * 0.9 + batch_center * 0.1)}


def dino_head():
    """DINOHead of the same repository, vision_transformer.py, without batch norm; the last layer's norms fixed at one."""
    widths, bottleneck, outputs = (6, 8, 8), 4, 5
    layers = [torch.nn.Linear(widths[0], widths[1]), torch.nn.Linear(widths[1], widths[2]), torch.nn.Linear(widths[2], bottleneck)]
    with torch.no_grad():
        for index, layer in enumerate(layers):
            layer.weight.copy_(0.5 * chirp((layer.in_features, layer.out_features), 2 * index).T)
            layer.bias.copy_(0.1 * chirp((layer.out_features,), 2 * index + 1))
    last = torch.nn.utils.weight_norm(torch.nn.Linear(bottleneck, outputs, bias=False))
    with torch.no_grad():
        last.weight_v.copy_(chirp((bottleneck, outputs), 6).T)
        last.weight_g.fill_(1)
    x = wave(3, 6).requires_grad_()
    h = layers[2](F.gelu(layers[1](F.gelu(layers[0](x)))))
    y = last(F.normalize(h, dim=-1, p=2))
    (y * wave(3, outputs, step=0.2)).sum().backward()
    return {"y": numbers(y), "dx": numbers(x.grad), "dlast": numbers(last.weight_v.grad.T)}


def swav():
    """The loss of facebookresearch/swav, main_swav.py, and its distributed_sinkhorn on one process: 3 crops of 4 samples, 2 of them assigned."""
    bs, nmb_crops, prototypes, temperature = 4, 3, 5, 0.1

    def distributed_sinkhorn(out):
        Q = torch.exp(out / 0.05).t()
        B, K = Q.shape[1], Q.shape[0]
        Q /= torch.sum(Q)
        for _ in range(3):
            sum_of_rows = torch.sum(Q, dim=1, keepdim=True)
            Q /= sum_of_rows
            Q /= K
            Q /= torch.sum(Q, dim=0, keepdim=True)
            Q /= B
        Q *= B
        return Q.t()

    def forward(output):
        loss = 0
        for crop_id in [0, 1]:
            with torch.no_grad():
                q = distributed_sinkhorn(output[bs * crop_id : bs * (crop_id + 1)].detach())
            subloss = 0
            for v in np.delete(np.arange(nmb_crops), crop_id):
                x = output[bs * v : bs * (v + 1)] / temperature
                subloss -= torch.mean(torch.sum(q * F.log_softmax(x, dim=1), dim=1))
            loss += subloss / (nmb_crops - 1)
        return loss / 2

    return with_gradient(forward, 0.3 * wave(nmb_crops * bs, prototypes))


def deep_cluster():
    """The loss of facebookresearch/swav, main_deepclusterv2.py, for one clustering; its criterion ignores samples without a cluster."""
    clusters = torch.tensor([2, -100, 0, 4, 1, 1])
    return with_gradient(lambda x: F.cross_entropy(x / 0.1, clusters, ignore_index=-100), 0.3 * wave(6, 5))


def permutations(tiles, count):
    """select_permutations.py of the authors' and bbrattoli's code, option max, begun with the first permutation instead of a random one."""
    from itertools import permutations as every

    left = np.array(list(every(range(tiles))))
    chosen, j = None, 0
    for _ in range(count):
        chosen = left[j : j + 1] if chosen is None else np.concatenate([chosen, left[j : j + 1]])
        left = np.delete(left, j, axis=0)
        if len(left) == 0:
            break
        j = (chosen[:, None, :] != left[None, :, :]).sum(axis=2).sum(axis=0).argmax()
    return chosen.tolist()


def tile_norm():
    """Tiles normalised one by one, channel by channel, as in bbrattoli/JigsawPuzzlePytorch, Dataset/JigsawLoader.py."""
    tiles = wave(2, 3, 3, 2, step=0.9).clone()
    tiles[1, :, :, 0] = 0.5
    flat = tiles.permute(0, 3, 1, 2).reshape(2, 2, -1)
    m, s = flat.mean(dim=2, keepdim=True), flat.std(dim=2, keepdim=True)
    s[s < 1e-12] = 1
    return numbers(((flat - m) / s).reshape(2, 2, 3, 3).permute(0, 2, 3, 1))


def vae(beta):
    """Negative evidence lower bound with Bernoulli pixels, in nats per number; its divergence by torch.distributions."""
    mean, log_variance = wave(3, 4).requires_grad_(), wave(3, 4, step=0.4, start=0.9).requires_grad_()
    logits, x = wave(3, 6, step=0.3).requires_grad_(), wave(3, 6, step=0.8).abs()
    q = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    divergence = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
    pixels = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    reconstruction = -pixels.log_prob(x).sum(1).mean()
    loss = (reconstruction + beta * divergence) / 6
    loss.backward()
    return {
        "reconstruction": float(reconstruction.detach()),
        "divergence": float(divergence.detach()),
        "loss": float(loss.detach()),
        "dmean": numbers(mean.grad),
        "dlogVariance": numbers(log_variance.grad),
        "dlogits": numbers(logits.grad),
    }


def gan():
    """BCE of DCGAN (pytorch/examples, dcgan/main.py) on logits: of the discriminator and, not saturating, of the generator."""
    real, fake = (3 * wave(5, 1)).requires_grad_(), (3 * wave(5, 1, step=0.4)).requires_grad_()
    ones, zeros = torch.ones(5, 1), torch.zeros(5, 1)
    bce = F.binary_cross_entropy_with_logits
    loss = bce(real, ones) + bce(fake, zeros)
    loss.backward()
    other = (3 * wave(5, 1, step=0.4)).requires_grad_()
    generator = bce(other, ones)
    generator.backward()
    return {
        "loss": float(loss.detach()),
        "dreal": numbers(real.grad),
        "dfake": numbers(fake.grad),
        "generator": float(generator.detach()),
        "dgenerator": numbers(other.grad),
    }


if __name__ == "__main__":
    result = {
        "torch": torch.__version__,
        "mae": mae(False),
        "mae normalised": mae(True),
        "dino": dino(),
        "dino head": dino_head(),
        "swav": swav(),
        "deepCluster": deep_cluster(),
        "permutations 4": permutations(4, 24),
        "permutations 9": permutations(9, 12),
        "tiles": tile_norm(),
        "vae": vae(4),
        "gan": gan(),
        "denoising": with_gradient(lambda x: F.mse_loss(x, wave(2, 5, 6, step=0.9, start=0.3)), wave(2, 5, 6)),
        "transposed convolution": transposed_convolution(),
        "vit mean sinCos": vit("mean", "sinCos"),
        "vit token learned": vit("token", "learned"),
    }
    Path(__file__).with_name("images.json").write_text(json.dumps(result) + "\n")
