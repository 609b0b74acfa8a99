/*
 * libspng decodes and a hash table looks up, as a careful program in C would do it. Pixels and labels go to memory that is
 * allocated once ("steady"), or in each run ("allocating").
 *
 * usage: spng steady|allocating mask.png colors.bin labels.bin; files as lookup.py describes them, the standard input as
 * turns.h does
 */
#include <spng.h>
#include <string.h>
#include "turns.h"

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

static uint8_t *png, *pixels;
static int32_t *labels;
static size_t bytes, pixel_count;
static int allocates;

static void decode(void) {
  spng_ctx *context = spng_ctx_new(0);
  size_t size;
  check(spng_set_png_buffer(context, png, bytes), "spng_set_png_buffer");
  check(spng_decoded_image_size(context, SPNG_FMT_RGBA8, &size), "spng_decoded_image_size");
  if (!pixels || allocates) {
    free(pixels);
    free(labels);
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

int main(int count, char **arguments) {
  check(count != 5, "usage: spng steady|allocating mask.png colors.bin labels.bin");
  allocates = !strcmp(arguments[1], "allocating");
  size_t color_bytes;
  png = read_file(arguments[2], &bytes);
  int32_t *colors = (int32_t *)read_file(arguments[3], &color_bytes);
  build_table(colors, color_bytes / sizeof *colors);
  decode();
  FILE *out = fopen(arguments[4], "wb");
  check(!out || fwrite(labels, sizeof *labels, pixel_count, out) != pixel_count || fclose(out), arguments[4]);
  printf("libspng %s\n", spng_version_string());
  fflush(stdout);
  serve(decode);
}
