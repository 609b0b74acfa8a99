"""What a contender in a process of its own does: it runs and times itself when its turn comes (bench/children.mjs)."""

import sys
import time


def serve(run):
    """For each line of the standard input, a number: so many runs; and a line with the milliseconds of each."""
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            times.append(f"{(time.perf_counter() - start) * 1000:.4f}")
        print(" ".join(times), flush=True)
