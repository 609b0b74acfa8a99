"""The main loop of a contender in its own process: it times its runs when its turn comes (bench/children.mjs)."""

import sys
import time


def serve(run):
    """Each line of the standard input is a number of runs. Prints the milliseconds of each run in one line."""
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            times.append(f"{(time.perf_counter() - start) * 1000:.4f}")
        print(" ".join(times), flush=True)
