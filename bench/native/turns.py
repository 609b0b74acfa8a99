"""The main loop of a contender in its own process: it times its runs when its turn comes (bench/children.mjs)."""

import resource
import sys
import time


def serve(run):
    """Each line of the standard input has two numbers: how many runs to warm up, and how many to time. Prints a line with
    the milliseconds of each timed run, and after them the CPU time of all, in the program and in the system."""
    for line in sys.stdin:
        warm_ups, runs = map(int, line.split())
        for _ in range(warm_ups):
            run()
        times = []
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(runs):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1000)
        after = resource.getrusage(resource.RUSAGE_SELF)
        times.append((after.ru_utime - before.ru_utime) * 1000)
        times.append((after.ru_stime - before.ru_stime) * 1000)
        print(*(f"{value:.4f}" for value in times), flush=True)
