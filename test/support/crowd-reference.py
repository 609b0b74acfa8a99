"""
Panoptic quality as panopticapi's evaluation.py computes it, from an image of segment ids and a list of segments on each
side. It shares no code with compare-reference.py.

Reads JSON [[{reference: {ids: [id], segments: [{id, category, crowd}]}, prediction: the same}]], a list of images for each
job. Id 0 is void. Writes JSON {category: [tp, fp, fn, sum of the IoU]} for each job.
"""
import json
import sys

import numpy as np

VOID = 0
OFFSET = 2**20


def add(image, totals):
    def count(category, place, amount=1):
        totals.setdefault(category, [0, 0, 0, 0.0])[place] += amount

    expected = {segment["id"]: segment for segment in image["reference"]["segments"]}
    found = {segment["id"]: segment for segment in image["prediction"]["segments"]}
    r, p = (np.array(image[side]["ids"], dtype=np.int64) for side in ("reference", "prediction"))
    pairs, counts = np.unique(r * OFFSET + p, return_counts=True)
    overlap = {(int(pair) // OFFSET, int(pair) % OFFSET): int(n) for pair, n in zip(pairs, counts)}
    for (first, second), both in overlap.items():
        if first == VOID or second == VOID or expected[first]["crowd"]:
            continue
        category = expected[first]["category"]
        if category != found[second]["category"]:
            continue
        union = (r == first).sum() + (p == second).sum() - both - overlap.get((VOID, second), 0)
        if both / union > 0.5:
            count(category, 0)
            count(category, 3, both / union)
            expected[first]["matched"] = found[second]["matched"] = True
    crowd_of = {}
    for id, segment in expected.items():
        if segment["crowd"]:
            crowd_of[segment["category"]] = id
        elif "matched" not in segment:
            count(segment["category"], 2)
    for id, segment in found.items():
        if "matched" in segment:
            continue
        forgiven = overlap.get((VOID, id), 0)
        if segment["category"] in crowd_of:
            forgiven += overlap.get((crowd_of[segment["category"]], id), 0)
        if forgiven / (p == id).sum() <= 0.5:
            count(segment["category"], 1)


results = []
for job in json.load(sys.stdin):
    totals = {}
    for image in job:
        add(image, totals)
    results.append(totals)
json.dump(results, sys.stdout)
