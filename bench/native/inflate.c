/*
 * libdeflate, or zlib-ng if ZLIB_NG is defined, inflates what a mask's IDAT chunks hold and does nothing else: the least
 * that a PNG decoder that inflates all bytes must do. Its output is no labels, and goes to memory that is allocated once
 * ("steady"), or in each run ("allocating").
 *
 * usage: inflate steady|allocating mask.png; the standard input as turns.h describes it
 */
#include <string.h>
#include "turns.h"

static uint8_t *idat, *pixels;
static size_t idat_bytes, pixel_bytes;
static int allocates;

#ifdef ZLIB_NG
#include <zlib-ng.h>
#define VERSION "zlib-ng " ZLIBNG_VERSION

/* As a decoder keeps it: zng_uncompress would allocate its state in each run. */
static zng_stream stream;

static size_t inflate_to(uint8_t *to, size_t capacity) {
  int failed = stream.state ? zng_inflateReset(&stream) : zng_inflateInit(&stream);
  check(failed, "zng_inflateInit");
  stream.next_in = idat;
  stream.avail_in = idat_bytes;
  stream.next_out = to;
  stream.avail_out = capacity;
  check(zng_inflate(&stream, Z_FINISH) != Z_STREAM_END, "zng_inflate");
  return capacity - stream.avail_out;
}
#else
#include <libdeflate.h>
#define VERSION "libdeflate " LIBDEFLATE_VERSION_STRING

static struct libdeflate_decompressor *decompressor;

static size_t inflate_to(uint8_t *to, size_t capacity) {
  size_t bytes;
  if (!decompressor) decompressor = libdeflate_alloc_decompressor();
  int failed = libdeflate_zlib_decompress(decompressor, idat, idat_bytes, to, capacity, &bytes);
  check(failed, "libdeflate_zlib_decompress");
  return bytes;
}
#endif

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* Joins the contents of the IDAT chunks in place, and finds the most bytes that the pixels can have. */
static void read_png(const char *path) {
  size_t bytes;
  uint8_t *png = read_file(path, &bytes);
  idat = png;
  size_t width = big_endian(png + 16), height = big_endian(png + 20);
  pixel_bytes = (width * 8 + 1) * height + 64;
  for (size_t at = 8; at + 12 <= bytes;) {
    size_t length = big_endian(png + at);
    size_t next = at + 12 + length;
    if (!memcmp(png + at + 4, "IDAT", 4)) {
      memmove(idat + idat_bytes, png + at + 8, length);
      idat_bytes += length;
    }
    at = next;
  }
}

static void run(void) {
  if (allocates) pixels = malloc(pixel_bytes);
  check(inflate_to(pixels, pixel_bytes) != pixel_bytes, "other bytes than before");
  if (allocates) free(pixels);
}

int main(int count, char **arguments) {
  check(count < 3, "usage: inflate steady|allocating mask.png");
  allocates = !strcmp(arguments[1], "allocating");
  read_png(arguments[2]);
  pixels = malloc(pixel_bytes);
  pixel_bytes = inflate_to(pixels, pixel_bytes);
  if (allocates) free(pixels);
  printf("%s\n", VERSION);
  fflush(stdout);
  serve(run);
}
