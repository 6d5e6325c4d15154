"""Writes evaluation.json: reference numbers of scikit-learn and scipy on inputs from formulas. Run by hand; tests read the file."""
import json
import math
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score
from sklearn.neighbors import NearestNeighbors


def wave(rows, columns, a, b):
    return numpy.array([[math.sin(a * (1 + 3 * i + 7 * j + 0.5 * i * j) + b) for j in range(columns)] for i in range(rows)])


def labels(n, classes, a):
    return [int((i * a + (i * i) // 7) % classes) for i in range(n)]


def agreement():
    cases = []
    for n, first, second, a, b in [(60, 3, 4, 5, 3), (200, 10, 10, 7, 11), (12, 2, 3, 1, 5), (1000, 10, 8, 3, 3), (9, 9, 3, 1, 2), (40, 1, 5, 1, 3)]:
        x, y = labels(n, first, a), labels(n, second, b)
        cases.append({"n": n, "classes": [first, second], "steps": [a, b],
                      "ami": adjusted_mutual_info_score(x, y), "nmi": normalized_mutual_info_score(x, y)})
    return cases


def clustering():
    # Well separated blobs: every sensible start finds the same partition, whose inertia is comparable.
    x = wave(90, 5, 0.9, 0.2)
    for i in range(90):
        x[i, i % 3] += 6.0
    found = KMeans(n_clusters=3, n_init=10, random_state=0).fit(x)
    truth = [i % 3 for i in range(90)]
    return {"inertia": float(found.inertia_), "ami": float(adjusted_mutual_info_score(truth, found.labels_))}


def retrieval():
    x = wave(40, 6, 1.1, 0.4)
    codes = labels(40, 5, 3)
    unit = x / numpy.linalg.norm(x, axis=1, keepdims=True)
    order = NearestNeighbors(n_neighbors=40, metric="cosine").fit(unit).kneighbors(unit, return_distance=False)
    recalls = {}
    for k in (1, 5):
        hits = []
        for i in range(40):
            others = [j for j in order[i] if j != i][:k]
            hits.append(any(codes[j] == codes[i] for j in others))
        recalls[str(k)] = float(numpy.mean(hits))
    return recalls


def student():
    return {
        "probability": [{"t": t, "freedom": v, "value": float(stats.t.cdf(t, v))} for t in (-3.2, -0.5, 0.0, 1.3, 6.0) for v in (1, 2, 4.5, 30)],
        "quantile": [{"p": p, "freedom": v, "value": float(stats.t.ppf(p, v))} for p in (0.025, 0.6, 0.95, 0.975) for v in (1, 4, 9, 100)],
    }


def paired():
    values = [0.4, -0.1, 0.7, 0.25, 0.31]
    found = stats.ttest_1samp(values, 0.0)
    low, high = found.confidence_interval(0.95)
    return {"values": values, "mean": float(numpy.mean(values)), "low": float(low), "high": float(high), "p": float(found.pvalue)}


def slope():
    levels = [0.1, 0.2, 0.4, 0.6, 1.0]
    points = [(level, seed, 0.5 + 0.2 * level + 0.07 * seed + 0.03 * math.sin(9 * level + 5 * seed)) for seed in range(3) for level in levels]
    design = numpy.array([[level] + [1.0 if s == seed else 0.0 for s in range(3)] for level, seed, _ in points])
    y = numpy.array([v for _, _, v in points])
    beta, *_ = numpy.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ beta
    freedom = len(y) - 4
    sigma2 = residual @ residual / freedom
    error = math.sqrt(sigma2 * numpy.linalg.inv(design.T @ design)[0, 0])
    t = beta[0] / error
    half = stats.t.ppf(0.975, freedom) * error
    return {"levels": levels, "seeds": 3, "slope": float(beta[0]), "low": float(beta[0] - half), "high": float(beta[0] + half),
            "p": float(2 * stats.t.sf(abs(t), freedom)), "freedom": freedom}


if __name__ == "__main__":
    result = {"versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
              "agreement": agreement(), "clustering": clustering(), "retrieval": retrieval(), "student": student(), "paired": paired(), "slope": slope()}
    Path(__file__).with_name("evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
