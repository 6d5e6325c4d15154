"""Metrics of predictions by scikit-learn: JSON with truth, score and group in, one object for everybody and for each group out."""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
data = json.load(sys.stdin)
truth, score, group = (np.array(data[key]) for key in ("truth", "score", "group"))


def counts(y, p):
    s = (p >= 0.5).astype(int)
    tn, fp, fn, tp = m.confusion_matrix(y, s, labels=[0, 1]).ravel()
    over = lambda a, b: float(a / b) if b else 0.0
    return {
        "accuracy": m.accuracy_score(y, s),
        "errorRate": m.zero_one_loss(y, s),
        "selectionRate": s.mean(),
        "prevalence": y.mean(),
        "truePositiveRate": m.recall_score(y, s, zero_division=0),
        "trueNegativeRate": m.recall_score(y, s, pos_label=0, zero_division=0),
        "falsePositiveRate": over(fp, fp + tn),
        "falseNegativeRate": over(fn, fn + tp),
        "precision": m.precision_score(y, s, zero_division=0),
        "negativePredictiveValue": m.precision_score(y, s, pos_label=0, zero_division=0),
        "falseDiscoveryRate": over(fp, fp + tp),
        "falseOmissionRate": over(fn, fn + tn),
        "f1": m.f1_score(y, s, zero_division=0),
    }


def scores(y, p):
    both = len(set(y)) == 2
    odds = np.log(np.clip(p, 1e-6, 1 - 1e-6) / (1 - np.clip(p, 1e-6, 1 - 1e-6)))[:, None]
    fit = lambda: LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(odds, y).coef_[0, 0]
    return {
        "balancedAccuracy": m.balanced_accuracy_score(y, (p >= 0.5).astype(int)) if both else None,
        "auroc": m.roc_auc_score(y, p) if both else None,
        "areaUnderPrecisionRecall": m.average_precision_score(y, p) if y.any() else None,
        "brier": m.brier_score_loss(y, p, labels=[0, 1]) if both else float(np.mean((p - y) ** 2)),
        "logLoss": m.log_loss(y, p, labels=[0, 1]),
        "meanAbsoluteError": m.mean_absolute_error(y, p),
        "rootMeanSquaredError": float(np.sqrt(m.mean_squared_error(y, p))),
        "calibrationSlope": fit() if both else None,
    }


cells = [np.ones(len(truth), bool)] + [group == code for code in sorted(set(group))]
out = [{**counts(truth[c], score[c]), **scores(truth[c], score[c])} for c in cells]
print(json.dumps([{k: None if v is None else float(v) for k, v in row.items()} for row in out]))
