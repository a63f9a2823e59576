import { crc32 } from "node:zlib";
import type { Page } from "playwright-core";

/** One picture of the page and how long it was visible. */
export interface Frame {
  readonly png: Buffer;
  readonly showMs: number;
}

/** Takes pictures as fast as possible while `play` runs. Equal consecutive pictures become one frame. */
export async function film(page: Page, play: () => Promise<void>): Promise<Frame[]> {
  const frames: { png: Buffer; showMs: number }[] = [];
  const over = new AbortController();
  const played = play().finally(() => {
    over.abort();
  });
  let sinceMs = performance.now();
  while (!over.signal.aborted) {
    const png = await page.screenshot();
    const nowMs = performance.now();
    const last = frames.at(-1);
    if (last) last.showMs += nowMs - sinceMs;
    if (last?.png.equals(png) !== true) frames.push({ png, showMs: 0 });
    sinceMs = nowMs;
  }
  await played;
  return frames;
}

/**
 * Creates an animated PNG (w3.org/TR/png-3). Every browser shows it like a PNG, and it needs no encoder: the frames
 * are PNGs, and their image data is copied into chunks of another type. After the first frame, only the changed
 * rectangle is stored, with unchanged pixels transparent. The page's browser computes this rectangle.
 *
 * @param lastMs how long the last frame is shown before the animation restarts.
 */
export async function animatedPng(page: Page, frames: readonly Frame[], lastMs: number): Promise<Buffer> {
  const kept: { part: Part; showMs: number }[] = [];
  let before: string | null = null;
  for (const { png, showMs } of frames) {
    const picture = png.toString("base64");
    const part: Part | null = await page.evaluate(`(${cutOut})(${JSON.stringify([before, picture])})`);
    if (part) kept.push({ part, showMs });
    before = picture;
  }
  const [first] = kept;
  if (!first) throw new Error("an animation needs a frame");
  const chunksOfFirst = chunksOf(Buffer.from(first.part.data, "base64"));
  let sequence = 0;
  const body = kept.flatMap(({ part, showMs }, n) => {
    const standsMs = n === kept.length - 1 ? lastMs : showMs;
    const control = chunk("fcTL", frameControl(sequence++, part, standsMs));
    const data = chunksOf(Buffer.from(part.data, "base64")).filter(({ type }) => type === "IDAT");
    if (n === 0) return [control, ...data.map(({ content }) => chunk("IDAT", content))];
    return [
      control,
      ...data.map(({ content }) => chunk("fdAT", Buffer.concat([uint32(sequence++), content]))),
    ];
  });
  const header = chunksOfFirst.find(({ type }) => type === "IHDR")?.content ?? Buffer.alloc(0);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    // The number of frames, and 0 for an endless animation.
    chunk("acTL", Buffer.concat([uint32(kept.length), uint32(0)])),
    ...body,
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The changed rectangle of a frame, as a PNG. */
interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Base64. */
  readonly data: string;
}

/** Runs in the page. Returns the rectangle in which two pictures differ, as a PNG, or null if they are equal. */
const cutOut = `async ([before, after]) => {
  const draw = async picture => {
    const image = new Image();
    image.src = "data:image/png;base64," + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return { canvas, pixels: new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer) };
  };
  const { canvas, pixels } = await draw(after);
  const { width, height } = canvas;
  let [left, top, right, bottom] = [0, 0, width - 1, height - 1];
  const old = before === null ? undefined : (await draw(before)).pixels;
  if (old) {
    [left, top, right, bottom] = [width, height, -1, -1];
    for (let n = 0; n < pixels.length; n += 1) {
      if (pixels[n] === old[n]) continue;
      const [x, y] = [n % width, Math.floor(n / width)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    if (right < 0) return null;
  }
  const cut = new OffscreenCanvas(right - left + 1, bottom - top + 1);
  const context = cut.getContext("2d");
  context.drawImage(canvas, -left, -top);
  if (old) {
    const image = context.getImageData(0, 0, cut.width, cut.height);
    const seen = new Uint32Array(image.data.buffer);
    for (let n = 0; n < seen.length; n += 1) {
      const at = (top + Math.floor(n / cut.width)) * width + left + (n % cut.width);
      if (pixels[at] === old[at]) seen[n] = 0;
    }
    context.putImageData(image, 0, 0);
  }
  const bytes = new Uint8Array(await (await cut.convertToBlob({ type: "image/png" })).arrayBuffer());
  let text = "";
  for (let n = 0; n < bytes.length; n += 1) text += String.fromCharCode(bytes[n]);
  return { x: left, y: top, width: cut.width, height: cut.height, data: btoa(text) };
}`;

/** The chunk with a frame's place and duration. The frame is drawn over the frame before it. */
function frameControl(sequence: number, { x, y, width, height }: Part, showMs: number): Buffer {
  const delay = Buffer.alloc(4);
  delay.writeUInt16BE(Math.round(Math.min(showMs, 60_000)), 0);
  delay.writeUInt16BE(1000, 2);
  const [keep, over] = [0, 1];
  return Buffer.concat([...[sequence, width, height, x, y].map(uint32), delay, Buffer.from([keep, over])]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  return Buffer.concat([uint32(content.length), named, uint32(crc32(named))]);
}

function chunksOf(png: Buffer): { type: string; content: Buffer }[] {
  const chunks = [];
  const signatureBytes = 8;
  for (let at = signatureBytes; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString("latin1", at + 4, at + 8),
      content: png.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}
