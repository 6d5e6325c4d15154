"""Reference numbers of test/fairness/representation/reference.json, with numpy, scikit-learn and torch; inputs are rebuilt from a formula.

Run: python test/fairness/representation/reference.py > test/fairness/representation/reference.json
"""

import json

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, pairwise_distances, roc_auc_score
from sklearn.metrics.pairwise import rbf_kernel


def formula(rows, columns, scale, offset):
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    return np.sin(scale * (1 + 3 * i + 7 * j + 0.5 * i * j) + offset)


def mmd(x, y):
    both = np.vstack([x, y])
    squared = pairwise_distances(both, metric="sqeuclidean")
    width = np.median(squared[np.tril_indices(len(both), -1)])
    k = rbf_kernel(both, gamma=1 / (2 * width))
    n, m = len(x), len(y)
    a, b, c = k[:n, :n], k[n:, n:], k[:n, n:]
    within = (a.sum() - np.trace(a)) / (n * (n - 1)) + (b.sum() - np.trace(b)) / (m * (m - 1))
    return width, within - 2 * c.mean()


def medoids(x, y):
    def medoid(rows):
        d = pairwise_distances(rows, metric="manhattan")
        return rows[d.sum(1).argmin()], d.sum() / (len(rows) * (len(rows) - 1))

    (a, within_a), (b, within_b) = medoid(x), medoid(y)
    distance = np.abs(a - b).sum()
    return distance, distance / ((within_a + within_b) / 2)


def cka_features(x, y, weights):
    """Biased linear CKA of the rows repeated as often as they count."""
    x, y = np.repeat(x, weights, 0), np.repeat(y, weights, 0)
    x, y = x - x.mean(0), y - y.mean(0)
    return np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def neighbours(x, subjects, k):
    z = x / np.linalg.norm(x, axis=1, keepdims=True)
    s = z @ z.T
    s[subjects[:, None] == subjects[None, :]] = -np.inf
    order = np.argsort(-s, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(s, order, 1)


def votes(order, similarities, codes, classes):
    weight = np.exp(similarities / 0.1)
    return [int(np.argmax([(w * (codes[o] == c)).sum() for c in range(classes)])) for o, w in zip(order, weight)]


def logistic(classes):
    x = formula(40, 4, 1, 0)
    x = (x - x.mean(0)) / x.std(0)
    codes = np.array([(i * i) % classes for i in range(40)]) if classes == 2 else np.arange(40) * 7 % 5 % classes
    fit = LogisticRegression(C=1, class_weight="balanced", tol=1e-12, max_iter=10000).fit(x, codes)
    p = fit.predict_proba(x)
    auroc = roc_auc_score(codes, p[:, 1]) if classes == 2 else roc_auc_score(codes, p, multi_class="ovr", average="macro")
    return {
        "coefficients": fit.coef_.tolist(),
        "intercepts": fit.intercept_.tolist(),
        "balancedAccuracy": balanced_accuracy_score(codes, p.argmax(1)),
        "auroc": auroc,
    }


def mlp():
    """Loss and gradient of the perceptron at weights from a formula."""
    columns, hidden, classes = 3, 64, 3
    x = torch.tensor(formula(8, columns, 1, 0), dtype=torch.float64)
    codes = torch.tensor([i % classes for i in range(8)])
    row_weights = torch.tensor([1 + 0.1 * i for i in range(8)], dtype=torch.float64)
    size = columns * hidden + hidden + hidden * classes + classes
    flat = torch.tensor(0.3 * np.sin(0.7 * np.arange(size) + 0.2), dtype=torch.float64, requires_grad=True)
    w1 = flat[: columns * hidden].reshape(columns, hidden)
    b1 = flat[columns * hidden : columns * hidden + hidden]
    w2 = flat[columns * hidden + hidden : size - classes].reshape(hidden, classes)
    b2 = flat[size - classes :]
    logits = torch.relu(x @ w1 + b1) @ w2 + b2
    rows = torch.nn.functional.cross_entropy(logits, codes, reduction="none")
    loss = (row_weights * rows).mean() + 0.0005 * (w1.square().sum() + w2.square().sum())
    loss.backward()
    return {"loss": loss.item(), "gradient": flat.grad.numpy()[::17].tolist()}


X, Y = formula(12, 5, 1, 0), formula(10, 5, 0.6, 0.4)
weights = np.array([2, 0, 1, 1, 3, 0, 1, 0, 1, 1, 0, 2])
width, value = mmd(X, Y)
medoid, relative = medoids(X, Y)
subjects = np.arange(12) // 2
order, similarities = neighbours(X, subjects, 4)
codes = np.arange(12) % 3
json.dump(
    {
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "torch": torch.__version__},
        "mmd": {"width": width, "value": value},
        "medoid": {"distance": medoid, "relative": relative},
        "centroid": np.linalg.norm(X.mean(0) - Y.mean(0)),
        "ckaWeighted": cka_features(formula(12, 5, 1, 0), formula(12, 4, 0.7, 0.3), weights),
        "neighbours": {
            "rows": order.ravel().tolist(),
            "similarities": similarities.ravel().tolist(),
            "votes": votes(order, similarities, codes, 3),
            "same": [(codes[o] == codes[i]).mean() for i, o in enumerate(order)],
        },
        "logistic": {"two": logistic(2), "three": logistic(3)},
        "mlp": mlp(),
    },
    __import__("sys").stdout,
    indent=1,
)
