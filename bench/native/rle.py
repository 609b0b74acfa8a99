"""COCO RLE of all labels with NumPy, and no loop over pixels: run boundaries, then all counts and strings at once."""

import numpy as np


def column_starts(pixels):
    """Where pixels of an H×W array differ from the one before, down the columns: ascending, from 0. The array itself
    is compared row by row, since to turn it round would take longer than all the rest."""
    height, width = pixels.shape
    rows, columns = np.divmod(np.flatnonzero(pixels[1:] != pixels[:-1]), width)
    tops = np.flatnonzero(pixels[0, 1:] != pixels[-1, :-1]) + 1
    return np.sort(np.concatenate(([0], columns * height + rows + 1, tops * height)))


def encode_all(starts, labels, total):
    """[[label, counts], …], labels ascending and without -1, of runs down the columns."""
    changes = np.concatenate(([True], labels[1:] != labels[:-1]))
    starts, labels = starts[changes], labels[changes]
    ends = np.append(starts[1:], total)
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    starts, ends, labels = starts[order], ends[order], labels[order]
    firsts = np.flatnonzero(np.concatenate(([True], labels[1:] != labels[:-1])))
    before = np.concatenate(([0], ends[:-1]))
    before[firsts] = 0
    counts = np.stack((starts - before, ends - starts), axis=1).ravel()
    lasts = np.append(firsts[1:], len(labels))
    rests = total - ends[lasts - 1]
    has_rest = rests > 0
    counts = np.insert(counts, 2 * lasts[has_rest], rests[has_rest])
    lengths = 2 * (lasts - firsts) + has_rest
    ends = write_counts(counts, lengths)
    return [[int(label), code] for label, code in zip(labels[firsts], ends)]


def write_counts(counts, lengths):
    """pycocotools' string of each code; the codes' counts stand one after the other."""
    firsts = np.cumsum(lengths) - lengths
    differences = np.flatnonzero(np.arange(len(counts)) - np.repeat(firsts, lengths) > 2)
    rest = counts.copy()
    rest[differences] -= counts[differences - 2]
    characters = np.zeros((len(counts), 7), np.uint8)
    left = np.arange(len(counts))
    for group in range(7):
        bits = rest & 31
        rest = rest >> 5
        more = rest != -(bits >> 4)
        characters[left, group] = bits + 48 + 32 * more
        left, rest = left[more], rest[more]
    used = np.count_nonzero(characters, axis=1)
    text = characters[characters != 0].tobytes().decode("ascii")
    ends = np.cumsum(np.add.reduceat(used, firsts)).tolist()
    return [text[start:end] for start, end in zip([0, *ends], ends)]
