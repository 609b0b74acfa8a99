"""
Computes the confusion matrix, IoU and panoptic quality slowly with NumPy, following the published arithmetic: the
matrix as in the evaluation of FCN and cityscapesScripts, panoptic quality as in panopticapi's evaluation.py.

Reads JSON {classes: [id], void: id, divisor, things: [id] or null, groups: {name: [id]}, pairs: [{reference, prediction}]}
of panoptic ids. Writes JSON with the scores of all pairs together. NaN is written as null. The scores of a group are those
of the maps in which its classes are one class.
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
            "precision": right / square.sum(0),
            "dice": 2 * right / (matrix.sum(1) + square.sum(0)),
            "meanIoU": np.nanmean(iou),
            "meanAccuracy": np.nanmean(accuracy),
            "pixelAccuracy": right.sum() / matrix.sum(),
            "frequencyWeightedIoU": np.nansum(iou * matrix.sum(1)) / matrix.sum(),
        }


def group_pixels(job):
    """For each group: reference and predicted pixels, and those that are in it in both maps."""
    rows = []
    for members in job["groups"].values():
        counts = np.zeros(3)
        for pair in job["pairs"]:
            reference = np.array(pair["reference"]) // job["divisor"]
            prediction = np.array(pair["prediction"]) // job["divisor"]
            counted = reference != job["void"]
            inside_r, inside_p = np.isin(reference, members), np.isin(prediction, members) & counted
            counts += [inside_r.sum(), inside_p.sum(), (inside_r & inside_p).sum()]
        reference, prediction, both = counts
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = np.array([both, both, both, 2 * both]) / np.array(
                [reference + prediction - both, reference, prediction, reference + prediction]
            )
        rows.append([reference, prediction, *scores.tolist()])
    return rows


def segments(ids, job, group_of):
    """Each pixel as (group, object, is a thing), or None for void. All stuff of a group is one object."""
    things = job["things"]
    found = []
    for id in ids:
        kind, instance = id // job["divisor"], id % job["divisor"]
        if kind == job["void"]:
            found.append(None)
        else:
            is_thing = things is not None and kind in things
            has_object = instance > 0 and (things is None or is_thing)
            found.append((group_of.get(kind, kind), (kind, instance) if has_object else None, is_thing))
    return found


def panoptic(job, names, group_of):
    tp, fp, fn, iou_sum = Counter(), Counter(), Counter(), Counter()
    for pair in job["pairs"]:
        reference = segments(pair["reference"], job, group_of)
        prediction = segments(pair["prediction"], job, group_of)
        crowds = {s for s in reference if s and s[2] and s[1] is None}
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
    for id in names:
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


def scores(job):
    group_of = {id: name for name, members in job["groups"].items() for id in members}
    return {
        **semantic(job),
        "panoptic": panoptic(job, job["classes"], {}),
        "groups": [[plain(value) for value in row] for row in group_pixels(job)],
        "groupsPanoptic": panoptic(job, job["groups"], group_of)["classes"],
    }


jobs = json.load(sys.stdin)
json.dump([{k: plain(v) for k, v in scores(job).items()} for job in jobs], sys.stdout)
