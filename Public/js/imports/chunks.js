// Reads a stream piece by piece. Not every browser can iterate over one.

/**
 * @param {ReadableStream<Uint8Array>} stream Cancelled when the reader of the pieces stops early.
 * @returns {AsyncGenerator<Uint8Array, void>}
 */
export async function* chunksOf(stream) {
  const reader = stream.getReader()
  let isOver = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isOver = done
      if (done) return
      yield value
    }
  } finally {
    if (!isOver) await reader.cancel().catch(ignoreBroken)
  }
}

/** A stream that is broken cannot be cancelled; who reads it has been told already. */
function ignoreBroken() {}
