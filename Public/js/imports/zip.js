// Reads ZIP files, strictly: what contradicts itself is refused. After PKWARE's APPNOTE 6.3.10; no
// encryption, no parts on other disks, stored and deflated entries alone.

import { chunksOf } from "./chunks.js"
import { crc32 } from "./crc32.js"
import { ImportProblem } from "./import-problem.js"

/**
 * @typedef {object} Entry
 * @property {string} name With its folders.
 * @property {number} size Unpacked.
 * @property {number} packedSize
 * @property {number} checksum
 * @property {number} method 0 stored, 8 deflated.
 * @property {boolean} isLocked Whether it needs a password.
 * @property {number} offset Where its local header begins.
 */

/** @typedef {{ blob: Blob, entries: readonly Entry[], end: number }} Archive `end`: of the entries. */
/** @typedef {(packed: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>} Inflate */

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
}

/** What stands in a field whose value is in the extra field of ZIP64. */
const elsewhere16 = 0xffff
const elsewhere32 = 0xffffffff

const endSize = 22
const longestComment = 0xffff
const locatorSize = 20
const end64Size = 56
const centralSize = 46
const localSize = 30

/** An export has as many entries as it has pictures, and there are people with many of those. */
const mostEntries = 200_000
const largestDirectory = 128 * 2 ** 20

/** Conversations shrink to a tenth; what shrinks this much was made to burst. */
const mostTimes = 300
const alwaysFine = 2 ** 20

/** The most that one entry may hold: more text than a page can keep. */
export const largestEntry = 2 ** 30

/**
 * Whether a file begins like a ZIP file.
 *
 * @param {Blob} blob
 */
export async function isZip(blob) {
  const start = await bytesOf(blob, 0, Math.min(4, blob.size))
  if (start.byteLength < 4) return false
  const signature = start.getUint32(0, true)
  return signature === signatures.local || signature === signatures.end
}

/**
 * @param {Blob} blob
 * @returns {Promise<Archive>}
 */
export async function openZip(blob) {
  const { count, size, offset, before } = await findEnd(blob)
  if (count > mostEntries || size > largestDirectory) throw new ImportProblem("tooLarge")
  if (offset + size > before) throw broken()
  const directory = await bytesOf(blob, offset, size)
  return { blob, entries: readDirectory(directory, count), end: offset }
}

/**
 * The bytes of an entry, unpacked and checked.
 *
 * @param {Archive} archive
 * @param {Entry} entry
 * @param {Inflate} [inflate]
 * @returns {AsyncGenerator<Uint8Array, void>}
 */
export async function* unpack({ blob, end }, entry, inflate = inflateInBrowser) {
  refuseUnfit(entry)
  const packed = (await locate(blob, entry, end)).stream()
  const unpacked = entry.method === 0 ? packed : inflate(packed)
  let size = 0
  let checksum = 0
  const chunks = chunksOf(unpacked)
  try {
    for (;;) {
      const { done, value } = await nextOf(chunks)
      if (done || !value) break
      size += value.byteLength
      if (size > entry.size) throw broken()
      checksum = crc32(value, checksum)
      yield value
    }
  } finally {
    await chunks.return()
  }
  if (size !== entry.size || checksum !== entry.checksum) throw broken()
}

/** @type {Inflate} */
function inflateInBrowser(packed) {
  if (typeof DecompressionStream === "undefined") throw new ImportProblem("zipOld")
  const inflating = new DecompressionStream("deflate-raw")
  return packed.pipeThrough(/** @type {ReadableWritablePair<Uint8Array, Uint8Array>} */ (inflating))
}

/** @param {AsyncGenerator<Uint8Array, void>} chunks */
async function nextOf(chunks) {
  try {
    return await chunks.next()
  } catch (cause) {
    // The decompressor says what is wrong with the data with a TypeError; a disk says otherwise.
    throw isDataError(cause) ? broken(cause) : new ImportProblem("unreadable", { cause })
  }
}

/** @param {unknown} error */
function isDataError(error) {
  return error instanceof TypeError ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
}

/** @param {Entry} entry */
function refuseUnfit(entry) {
  if (entry.isLocked) throw new ImportProblem("zipLocked")
  if (entry.method !== 0 && entry.method !== 8) throw new ImportProblem("zipMethod")
  if (entry.size > largestEntry) throw new ImportProblem("tooLarge")
  if (entry.method === 0 && entry.size !== entry.packedSize) throw broken()
  if (entry.size > alwaysFine + mostTimes * entry.packedSize) throw new ImportProblem("zipBomb")
}

/**
 * The packed bytes of an entry. Its local header must call it what the directory calls it.
 *
 * @param {Blob} blob
 * @param {Entry} entry
 * @param {number} end
 */
async function locate(blob, { offset, packedSize, name }, end) {
  if (offset + localSize > end) throw broken()
  const header = await bytesOf(blob, offset, localSize)
  if (header.getUint32(0, true) !== signatures.local) throw broken()
  const nameSize = header.getUint16(26, true)
  const start = offset + localSize + nameSize + header.getUint16(28, true)
  if (start + packedSize > end) throw broken()
  const localName = await bytesOf(blob, offset + localSize, nameSize)
  if (decoded(localName, 0, nameSize) !== name) throw broken()
  return blob.slice(start, start + packedSize)
}

/**
 * The end record: the last one whose comment reaches exactly to the end of the file.
 *
 * @param {Blob} blob
 */
async function findEnd(blob) {
  const start = Math.max(0, blob.size - endSize - longestComment)
  const tail = await bytesOf(blob, start, blob.size - start)
  for (let place = tail.byteLength - endSize; place >= 0; place -= 1) {
    if (tail.getUint32(place, true) !== signatures.end) continue
    if (place + endSize + tail.getUint16(place + 20, true) !== tail.byteLength) continue
    return await readEnd(blob, tail, place, start)
  }
  throw broken()
}

/**
 * @param {Blob} blob
 * @param {DataView} tail
 * @param {number} place
 * @param {number} start Where the tail begins in the file.
 */
async function readEnd(blob, tail, place, start) {
  const count = tail.getUint16(place + 10, true)
  const size = tail.getUint32(place + 12, true)
  const offset = tail.getUint32(place + 16, true)
  const before = start + place
  if (count === elsewhere16 || size === elsewhere32 || offset === elsewhere32) {
    return await readEnd64(blob, before)
  }
  const isWhole = tail.getUint16(place + 4, true) === 0 && tail.getUint16(place + 6, true) === 0 &&
    tail.getUint16(place + 8, true) === count
  if (!isWhole) throw broken()
  return { count, size, offset, before }
}

/**
 * @param {Blob} blob
 * @param {number} end Where the end record is; the locator stands before it.
 */
async function readEnd64(blob, end) {
  if (end < locatorSize) throw broken()
  const locator = await bytesOf(blob, end - locatorSize, locatorSize)
  if (locator.getUint32(0, true) !== signatures.locator64) throw broken()
  const before = wide(locator, 8)
  if (before + end64Size > end - locatorSize) throw broken()
  const record = await bytesOf(blob, before, end64Size)
  if (record.getUint32(0, true) !== signatures.end64) throw broken()
  const count = wide(record, 32)
  const isWhole = record.getUint32(16, true) === 0 && record.getUint32(20, true) === 0 &&
    wide(record, 24) === count
  if (!isWhole) throw broken()
  return { count, size: wide(record, 40), offset: wide(record, 48), before }
}

/**
 * @param {DataView} directory
 * @param {number} count
 */
function readDirectory(directory, count) {
  /** @type {Entry[]} */
  const entries = []
  let place = 0
  for (let index = 0; index < count; index += 1) {
    const next = place + centralSize
    if (next > directory.byteLength) throw broken()
    if (directory.getUint32(place, true) !== signatures.central) throw broken()
    const nameSize = directory.getUint16(place + 28, true)
    const extraSize = directory.getUint16(place + 30, true)
    const commentSize = directory.getUint16(place + 32, true)
    const after = next + nameSize + extraSize + commentSize
    if (after > directory.byteLength) throw broken()
    entries.push(readEntry(directory, place, nameSize, extraSize))
    place = after
  }
  if (place !== directory.byteLength) throw broken()
  return entries
}

/**
 * @param {DataView} directory
 * @param {number} place
 * @param {number} nameSize
 * @param {number} extraSize
 * @returns {Entry}
 */
function readEntry(directory, place, nameSize, extraSize) {
  const nameStart = place + centralSize
  const extra = wideFields(directory, nameStart + nameSize, extraSize)
  /** @param {number} at */
  const field = (at) => {
    const value = directory.getUint32(place + at, true)
    if (value !== elsewhere32) return value
    // Only what does not fit stands in the extra field, in this order (APPNOTE 4.5.3).
    const wider = extra.shift()
    if (wider === undefined) throw broken()
    return wider
  }
  const size = field(24)
  const packedSize = field(20)
  const offset = field(42)
  return {
    name: decoded(directory, nameStart, nameSize),
    size,
    packedSize,
    checksum: directory.getUint32(place + 16, true),
    method: directory.getUint16(place + 10, true),
    isLocked: (directory.getUint16(place + 8, true) & 1) === 1,
    offset,
  }
}

/**
 * The numbers in the extra field of ZIP64, if there is one.
 *
 * @param {DataView} directory
 * @param {number} start
 * @param {number} size
 */
function wideFields(directory, start, size) {
  for (let place = start; place + 4 <= start + size;) {
    const fieldSize = directory.getUint16(place + 2, true)
    if (place + 4 + fieldSize > start + size) throw broken()
    if (directory.getUint16(place, true) === 1) {
      const count = Math.min(3, Math.floor(fieldSize / 8))
      return Array.from({ length: count }, (_, index) => wide(directory, place + 4 + 8 * index))
    }
    place += 4 + fieldSize
  }
  return []
}

/**
 * @param {DataView} view
 * @param {number} place
 */
function wide(view, place) {
  const value = view.getBigUint64(place, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken()
  return Number(value)
}

/**
 * @param {DataView} view
 * @param {number} start
 * @param {number} size
 */
function decoded(view, start, size) {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start, size))
}

/**
 * @param {Blob} blob
 * @param {number} start
 * @param {number} size
 */
async function bytesOf(blob, start, size) {
  try {
    return new DataView(await blob.slice(start, start + size).arrayBuffer())
  } catch (cause) {
    throw new ImportProblem("unreadable", { cause })
  }
}

/** @param {unknown} [cause] */
function broken(cause) {
  return new ImportProblem("zipBroken", { cause })
}
