"""
Computes Boundary IoU slowly with NumPy: each class's mask is eroded by one pixel at a time, as often as the dilation says,
as in `mask_to_boundary` of boundary-iou-api. Pixels that are void in the reference are then left out.

Reads JSON [{classes: [id], void: id, ratio, pairs: [{reference, prediction}]}] of class ids, rows of pixels. Writes JSON with
each job's IoU per class, over all pairs together. NaN is written as null.
"""
import json
import sys

import numpy as np


def boundary(mask, ratio):
    height, width = mask.shape
    dilation = max(1, int(round(ratio * np.sqrt(height**2 + width**2))))
    eroded = np.pad(mask, 1)
    for _ in range(dilation):
        around = np.pad(eroded, 1, constant_values=True)
        shifted = [
            around[dy : dy + height + 2, dx : dx + width + 2] for dy in range(3) for dx in range(3)
        ]
        eroded = np.logical_and.reduce(shifted)
    return mask & ~eroded[1:-1, 1:-1]


def scores(job):
    result = []
    for id in job["classes"]:
        both = either = 0
        for pair in job["pairs"]:
            reference, prediction = np.array(pair["reference"]), np.array(pair["prediction"])
            counted = reference != job["void"]
            r = boundary(reference == id, job["ratio"]) & counted
            p = boundary(prediction == id, job["ratio"]) & counted
            both += int((r & p).sum())
            either += int((r | p).sum())
        result.append(both / either if either else None)
    return result


json.dump([scores(job) for job in json.load(sys.stdin)], sys.stdout)
