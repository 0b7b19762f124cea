// Files as readers choose them, and ways to damage them.

import { Buffer } from "node:buffer"
import { readFileSync } from "node:fs"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import { crc32 } from "../../Public/js/imports/crc32.js"
import { readFiles } from "../../Public/js/imports/reading.js"

/** An export as it lies in `imports/`. */
export function fixture(name) {
  return readFileSync(new URL(`imports/${name}`, import.meta.url), "utf8")
}

/** A chosen file; Node 18 has none of its own. */
export class ChosenFile extends Blob {
  lastModified = 1_750_000_000_000

  constructor(parts, name = "export.json") {
    super(parts)
    this.name = name
  }
}

/** Node 18 cannot inflate raw data in a stream of the web's. */
export function inflate(packed) {
  const pieces = []
  return packed.pipeThrough(
    new TransformStream({
      transform: (piece) => void pieces.push(piece),
      flush: (controller) => controller.enqueue(inflateRawSync(Buffer.concat(pieces))),
    }),
  )
}

export const how = { pause: async () => {}, now: () => 0, inflate }

/** Reads JSON, or text. */
export function read(value, more = {}) {
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return readFiles([new ChosenFile([text])], { ...how, ...more })
}

/** The summary of what is left out, as one object. */
export function leftOutOf({ leftOut }) {
  return { ...Object.fromEntries(leftOut.counts), unknown: Object.fromEntries(leftOut.unknown) }
}

/** What somebody said, in order. */
export function saidIn({ messages }) {
  return messages.map(({ role, parts }) => [
    role === "user" ? "reader" : "assistant",
    ...parts.map(({ type, text }) => (type === "text" ? text : `(${type}) ${text}`)),
  ])
}

/**
 * A ZIP file. An entry is `[name, text]`, with `stored`, or whatever else is to stand in its
 * headers, as a third.
 */
export function zip(entries, { comment = "", wide = false, change = (bytes) => bytes } = {}) {
  const before = []
  const directory = []
  let offset = 0
  for (const [name, text, wanted = {}] of entries) {
    const bytes = Buffer.from(text)
    const packed = wanted.stored ? bytes : deflateRawSync(bytes)
    const header = {
      flags: 0x0800,
      method: wanted.stored ? 0 : 8,
      crc: crc32(bytes),
      packedSize: packed.length,
      size: bytes.length,
      ...wanted,
    }
    const named = Buffer.from(name)
    const local = numbers(
      [4, 0x04034b50],
      [2, 20],
      [2, header.flags],
      [2, header.method],
      [4, 0],
      [
        4,
        header.crc,
      ],
      [4, header.packedSize],
      [4, header.size],
      [2, named.length],
      [2, 0],
    )
    const extra = wide
      ? numbers([2, 1], [2, 24], [8, header.size], [8, header.packedSize], [8, offset])
      : Buffer.alloc(0)
    directory.push(
      numbers([4, 0x02014b50], [2, 45], [2, 20], [2, header.flags], [2, header.method], [4, 0], [
        4,
        header.crc,
      ]),
      numbers(
        [4, wide ? 0xffffffff : header.packedSize],
        [4, wide ? 0xffffffff : header.size],
        [2, named.length],
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, wide ? 0xffffffff : offset],
      ),
      named,
      extra,
    )
    before.push(local, named, packed)
    offset += local.length + named.length + packed.length
  }
  const central = Buffer.concat(directory)
  const count = entries.length
  const end64 = wide
    ? [
      numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [
        8,
        central.length,
      ], [8, offset]),
      numbers([4, 0x07064b50], [4, 0], [8, offset + central.length], [4, 1]),
    ]
    : []
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, wide ? 0xffff : count],
    [2, wide ? 0xffff : count],
    [4, wide ? 0xffffffff : central.length],
    [4, wide ? 0xffffffff : offset],
    [2, Buffer.byteLength(comment)],
  )
  const bytes = Buffer.concat([...before, central, ...end64, end, Buffer.from(comment)])
  return new ChosenFile([change(bytes)], "export.zip")
}

/** Numbers of the given sizes, the lowest byte first. */
function numbers(...values) {
  return Buffer.concat(values.map(([size, value]) => {
    const bytes = Buffer.alloc(size)
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value))
    else bytes.writeUIntLE(value, 0, size)
    return bytes
  }))
}

const oddities = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  "",
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "00000000-0000-0000-0000-000000000000",
  [],
  {},
  [null],
  [[]],
  { text: 1 },
  { content_type: "text", parts: [{}] },
]

/** The same value with a few things in it that are not as they should be. */
export function mutilated(value, generator) {
  const copy = structuredClone(value)
  for (let count = generator.integer(1, 6); count > 0; count -= 1) damage(copy, generator)
  return copy
}

function damage(root, generator) {
  const places = []
  const collect = (value) => {
    for (const key of Object.keys(value)) {
      places.push([value, key])
      if (typeof value[key] === "object" && value[key] !== null) collect(value[key])
    }
  }
  collect(root)
  if (places.length === 0) return
  const [holder, key] = generator.pick(places)
  const [other, otherKey] = generator.pick(places)
  const act = generator.integer(0, 4)
  if (act === 0) holder[key] = structuredClone(generator.pick(oddities))
  else if (act === 1) delete holder[key]
  else if (act === 2) holder[key] = structuredClone(other[otherKey] ?? null)
  else if (act === 3) holder[generator.pick(["id", "parent", "children", "x"])] = generator.text(4)
  else if (typeof holder[key] === "string") holder[key] = generator.text(20)
}
