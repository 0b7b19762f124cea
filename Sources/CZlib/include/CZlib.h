// What Swift cannot call directly of zlib: its initialisers are macros.
#pragma once

#include <zlib.h>

/// deflateInit2() for the gzip format, with zlib's own window and memory defaults.
int zlib_deflate_init_gzip(z_stream *stream, int level);

/// inflateInit2() for the gzip format.
int zlib_inflate_init_gzip(z_stream *stream);
