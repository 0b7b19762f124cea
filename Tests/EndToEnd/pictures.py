"""Pictures of the page that are the same on every machine, and how two of them are compared."""

import atexit
import base64
import functools
import os
import shutil
import struct
import tempfile
import zlib
from pathlib import Path

from browser import playwright

FOLDER = Path(__file__).parent / "pictures"
FONTS = {"/usr/share/fonts/truetype/liberation": "fonts-liberation", "/usr/share/fonts/truetype/wqy": "fonts-wqy-microhei"}
FLAGS = ["--no-sandbox", "--disable-lcd-text", "--force-color-profile=srgb", "--font-render-hinting=none"]

# A pixel is another one when a colour in it is off by more than this, of 255; smooth edges may be a little off.
TOLERANCE = 32
# How many of a thousand pixels may be others.
MOST_OTHERS = 2

COMPARE = """async ([before, after, tolerance]) => {
  const pixels = async (text) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob())
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })
    context.drawImage(bitmap, 0, 0)
    return { width, height, data: context.getImageData(0, 0, width, height).data }
  }
  const [one, other] = [await pixels(before), await pixels(after)]
  const { width, height } = one
  if (width !== other.width || height !== other.height) return { share: 1, picture: null }
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  const shown = context.createImageData(width, height)
  let others = 0
  for (let at = 0; at < one.data.length; at += 4) {
    const off = Math.max(...[0, 1, 2].map((colour) => Math.abs(one.data[at + colour] - other.data[at + colour])))
    if (off > tolerance) others += 1
    // What is the same is pale, what is not is red.
    const grey = 192 + other.data[at + 1] / 4
    shown.data.set(off > tolerance ? [208, 0, 0, 255] : [grey, grey, grey, 255], at)
  }
  context.putImageData(shown, 0, 0)
  const share = others / (width * height)
  if (others === 0) return { share, picture: null }
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())
  return { share, picture: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) }
}"""

# The picture with the 256 colours that it has most of; each of the few others becomes the one nearest to it.
FEW_COLOURS = """async (text) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob())
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext("2d")
  context.drawImage(bitmap, 0, 0)
  const words = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
  const counts = new Map()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const colours = [...counts].sort(([a, many], [b, more]) => more - many || a - b).map(([word]) => word)
  const parts = (word) => [word & 255, (word >> 8) & 255, (word >> 16) & 255]
  const palette = colours.slice(0, 256).map(parts)
  const places = new Map(colours.map((word, place) => {
    if (place < 256) return [word, place]
    const own = parts(word)
    const far = palette.map((one) => one.reduce((sum, value, colour) => sum + (value - own[colour]) ** 2, 0))
    return [word, far.indexOf(Math.min(...far))]
  }))
  const pixels = btoa(Array.from(words, (word) => String.fromCharCode(places.get(word))).join(""))
  return { width, height, palette: palette.flat(), pixels }
}"""


@functools.cache
def pinned():
    """A Chromium that draws text in the same way everywhere."""
    for folder, package in FONTS.items():
        assert os.path.isdir(folder), f"the reference pictures need the fonts of Debian's package {package}"
    browser = playwright().chromium.launch(
        executable_path=shutil.which("chromium"),
        args=FLAGS,
        env={**os.environ, "FONTCONFIG_FILE": str(FOLDER / "fonts.conf")},
    )
    atexit.register(browser.close)
    return browser


class Comparison:
    """Compares pictures with those in the repository, or renews these."""

    def __init__(self, browser):
        self.page = browser.new_page()
        self.isRenewing = os.environ.get("SHUREN_RENEW_PICTURES") == "1"
        self.failures = None
        self.wrong = {}

    def check(self, name, takes):
        """Holds the picture of this name against one of those that `takes` yields: the page may still be on its way."""
        kept = FOLDER / f"{name}.png"
        if self.isRenewing:
            return kept.write_bytes(indexed(**self.page.evaluate(FEW_COLOURS, encoded(settled(takes)))))
        if not kept.exists():
            self.wrong[name] = "there is no such picture yet"
            return
        for taken in takes:
            found = self.page.evaluate(COMPARE, [encoded(kept.read_bytes()), encoded(taken), TOLERANCE])
            if found["share"] * 1000 <= MOST_OTHERS:
                return
        self.fail(name, taken, found)

    def fail(self, name, taken, found):
        self.failures = self.failures or Path(tempfile.mkdtemp(prefix="shuren-pictures-"))
        (self.failures / f"{name}.actual.png").write_bytes(taken)
        if found["picture"]:
            (self.failures / f"{name}.difference.png").write_bytes(base64.b64decode(found["picture"]))
        self.wrong[name] = f"{found['share']:.2%} of it is not as in the repository; see {self.failures}"


def settled(takes):
    """The first picture that is the same twice."""
    before = None
    for taken in takes:
        if taken == before:
            return taken
        before = taken
    raise AssertionError("the page never came to rest")


def indexed(width, height, palette, pixels):
    """A small PNG: one byte a pixel, which names its colour."""
    places = base64.b64decode(pixels)
    rows = b"".join(b"\0" + places[start : start + width] for start in range(0, width * height, width))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (b"IHDR", head), (b"PLTE", bytes(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def encoded(data):
    return base64.b64encode(data).decode()
