/*
 * libspng decodes and a hash table looks up, as a careful program in C would do it. Pixels and labels go to reused memory,
 * which is in this contender's favour.
 *
 * usage: spng mask.png colors.bin labels.bin; files and the standard input as lookup.py describes them
 */
#include <spng.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Open addressing, never more than a quarter full; a pixel is R | G << 8 | B << 16. */
#define NO_KEY UINT32_MAX
static uint32_t *keys;
static int32_t *values;
static uint32_t shift = 28, mask = 15;

static uint32_t slot_of(uint32_t pixel) {
  uint32_t slot = pixel * 2654435769u >> shift;
  while (keys[slot] != pixel && keys[slot] != NO_KEY) slot = (slot + 1) & mask;
  return slot;
}

static void build_table(const int32_t *colors, size_t count) {
  while (mask + 1 < 4 * count) mask = 2 * mask + 1, shift--;
  keys = malloc((mask + 1) * sizeof *keys);
  values = malloc((mask + 1) * sizeof *values);
  memset(keys, 255, (mask + 1) * sizeof *keys);
  memset(values, 255, (mask + 1) * sizeof *values); /* -1 if there is no key */
  for (size_t label = 0; label < count; label++) {
    if (colors[label] < 0) continue;
    uint32_t color = colors[label];
    uint32_t slot = slot_of(color >> 16 | (color & 0xff00) | (color & 255) << 16);
    if (keys[slot] != NO_KEY) continue;
    keys[slot] = color >> 16 | (color & 0xff00) | (color & 255) << 16;
    values[slot] = label;
  }
}

static uint8_t *pixels;
static int32_t *labels;
static size_t pixel_count;

static void decode(const uint8_t *png, size_t bytes) {
  spng_ctx *context = spng_ctx_new(0);
  size_t size;
  check(spng_set_png_buffer(context, png, bytes), "spng_set_png_buffer");
  check(spng_decoded_image_size(context, SPNG_FMT_RGBA8, &size), "spng_decoded_image_size");
  if (!pixels) {
    pixel_count = size / 4;
    pixels = malloc(size);
    labels = malloc(pixel_count * sizeof *labels);
  }
  check(spng_decode_image(context, pixels, size, SPNG_FMT_RGBA8, 0), "spng_decode_image");
  spng_ctx_free(context);
  uint32_t last = NO_KEY;
  int32_t label = -1;
  for (size_t index = 0; index < pixel_count; index++) {
    uint32_t pixel;
    memcpy(&pixel, pixels + index * 4, 4);
    pixel &= 0xffffff;
    if (pixel != last) {
      last = pixel;
      label = values[slot_of(pixel)];
    }
    labels[index] = label;
  }
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
  check(count != 4, "usage: spng mask.png colors.bin labels.bin");
  size_t bytes, color_bytes;
  uint8_t *png = read_file(arguments[1], &bytes);
  int32_t *colors = (int32_t *)read_file(arguments[2], &color_bytes);
  build_table(colors, color_bytes / sizeof *colors);
  decode(png, bytes);
  FILE *out = fopen(arguments[3], "wb");
  check(!out || fwrite(labels, sizeof *labels, pixel_count, out) != pixel_count || fclose(out), arguments[3]);
  printf("libspng %s\n", spng_version_string());
  fflush(stdout);
  for (int runs; scanf("%d", &runs) == 1;) {
    while (runs-- > 0) {
      double start = milliseconds();
      decode(png, bytes);
      printf("%.4f%c", milliseconds() - start, runs ? ' ' : '\n');
    }
    fflush(stdout);
  }
}
