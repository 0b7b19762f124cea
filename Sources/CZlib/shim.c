#include "CZlib.h"

// 15 bits are the largest window; 16 more ask for the gzip format instead of zlib's own.
enum { window_bits = 15 + 16, memory_level = 8 };

int zlib_deflate_init_gzip(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

int zlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, window_bits); }
