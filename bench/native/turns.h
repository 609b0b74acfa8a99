/* What contenders in C share: files, a check, and the main loop that times their runs (bench/children.mjs). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static void check(int failed, const char *what) {
  if (!failed) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static uint8_t *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  check(!file, path);
  fseek(file, 0, SEEK_END);
  *bytes = ftell(file);
  rewind(file);
  uint8_t *content = malloc(*bytes + 1);
  check(fread(content, 1, *bytes, file) != *bytes, path);
  fclose(file);
  return content;
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static double in_milliseconds(struct timeval time) {
  return time.tv_sec * 1e3 + time.tv_usec / 1e3;
}

/* Each line of the standard input has two numbers: how many runs to warm up, and how many to time. Prints a line with the
 * milliseconds of each timed run, and after them the CPU time of all, in the program and in the system. */
static void serve(void (*run)(void)) {
  for (int warm_ups, runs; scanf("%d %d", &warm_ups, &runs) == 2;) {
    while (warm_ups-- > 0) run();
    double *times = malloc((runs + 1) * sizeof *times);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (int index = 0; index < runs; index++) {
      double start = milliseconds();
      run();
      times[index] = milliseconds() - start;
    }
    getrusage(RUSAGE_SELF, &after);
    for (int index = 0; index < runs; index++) printf("%.4f ", times[index]);
    printf("%.3f ", in_milliseconds(after.ru_utime) - in_milliseconds(before.ru_utime));
    printf("%.3f\n", in_milliseconds(after.ru_stime) - in_milliseconds(before.ru_stime));
    fflush(stdout);
    free(times);
  }
}
