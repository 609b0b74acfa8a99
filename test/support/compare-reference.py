"""
Computes the confusion matrix, IoU and panoptic quality slowly with NumPy, following the published arithmetic: the
matrix as in the evaluation of FCN and cityscapesScripts, panoptic quality as in panopticapi's evaluation.py.

Reads JSON {classes: [id], void: id, divisor, things: [id] or null, pairs: [{reference, prediction}]} of panoptic ids.
Writes JSON with the scores of all pairs together. NaN is written as null.
"""
import json
import sys
from collections import Counter

import numpy as np


def semantic(job):
    ids = job["classes"]
    matrix = np.zeros((len(ids), len(ids) + 1))
    for pair in job["pairs"]:
        reference = np.array(pair["reference"]) // job["divisor"]
        prediction = np.array(pair["prediction"]) // job["divisor"]
        for row, id in enumerate(ids):
            for column, other in enumerate(ids):
                matrix[row, column] += np.sum((reference == id) & (prediction == other))
            matrix[row, -1] += np.sum((reference == id) & (prediction == job["void"]))
    square = matrix[:, :-1]
    right = np.diag(square)
    with np.errstate(divide="ignore", invalid="ignore"):
        iou = right / (matrix.sum(1) + square.sum(0) - right)
        accuracy = right / matrix.sum(1)
        return {
            "confusion": square.ravel(),
            "unpredicted": matrix[:, -1],
            "iou": iou,
            "accuracy": accuracy,
            "meanIoU": np.nanmean(iou),
            "meanAccuracy": np.nanmean(accuracy),
            "pixelAccuracy": right.sum() / matrix.sum(),
            "frequencyWeightedIoU": np.nansum(iou * matrix.sum(1)) / matrix.sum(),
        }


def segments(ids, job):
    """Each pixel as (class, instance), or None for void. The instance of stuff is 0."""
    things = job["things"]
    found = []
    for id in ids:
        kind, instance = id // job["divisor"], id % job["divisor"]
        if kind == job["void"]:
            found.append(None)
        else:
            found.append((kind, instance if things is None or kind in things else 0))
    return found


def panoptic(job):
    tp, fp, fn, iou_sum = Counter(), Counter(), Counter(), Counter()
    for pair in job["pairs"]:
        reference = segments(pair["reference"], job)
        prediction = segments(pair["prediction"], job)
        crowds = {s for s in reference if s and job["things"] is not None and s[0] in job["things"] and s[1] == 0}
        area_r, area_p, both = Counter(reference), Counter(prediction), Counter(zip(reference, prediction))
        matched_r, matched_p = set(), set()
        for (r, p), pixels in both.items():
            if r is None or p is None or r in crowds or r[0] != p[0]:
                continue
            iou = pixels / (area_r[r] + area_p[p] - pixels - both[(None, p)])
            if iou > 0.5:
                tp[r[0]] += 1
                iou_sum[r[0]] += iou
                matched_r.add(r)
                matched_p.add(p)
        for r in area_r:
            if r is not None and r not in matched_r and r not in crowds:
                fn[r[0]] += 1
        for p in area_p:
            if p is None or p in matched_p:
                continue
            forgiven = both[(None, p)] + sum(both[(c, p)] for c in crowds if c[0] == p[0])
            if forgiven / area_p[p] <= 0.5:
                fp[p[0]] += 1
    rows = []
    for id in job["classes"]:
        weight = tp[id] + 0.5 * fp[id] + 0.5 * fn[id]
        if weight == 0:
            rows.append([tp[id], fp[id], fn[id], None, None, None])
        else:
            sq = iou_sum[id] / tp[id] if tp[id] else 0.0
            rows.append([tp[id], fp[id], fn[id], iou_sum[id] / weight, sq, tp[id] / weight])
    present = [row for row in rows if row[3] is not None]
    means = [float(np.mean([row[column] for row in present])) if present else None for column in (3, 4, 5)]
    return {"classes": rows, "means": means}


def plain(value):
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    return None if isinstance(value, float) and value != value else value


jobs = json.load(sys.stdin)
json.dump([{k: plain(v) for k, v in {**semantic(job), "panoptic": panoptic(job)}.items()} for job in jobs], sys.stdout)
