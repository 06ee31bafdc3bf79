import { crc32, deflateSync, inflateSync } from 'node:zlib';

/**
 * The same picture with at most 256 colours, a third of the weight: pages have few. Reads what browsers write (8 bits,
 * RGB or RGBA, not interlaced).
 */
export const shrinkPng = (png: Buffer): Buffer => {
  const { width, height, pixels } = decode(png);
  const { palette, nearest } = choosePalette(pixels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = nearest(pixels[y * width + x] as number);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap(channels));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

const channels = (colour: number): number[] => [colour >> 16, (colour >> 8) & 255, colour & 255];

const decode = (png: Buffer): { width: number; height: number; pixels: Uint32Array } => {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const [width, height, bytes] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3];
  const lines = unfilter(inflateSync(Buffer.concat(data)), width * bytes, bytes);
  const pixels = new Uint32Array(width * height);
  for (let n = 0; n < pixels.length; n++) pixels[n] = lines.readUIntBE(n * bytes, 3);
  return { width, height, pixels };
};

/** Each line of a PNG is written as its difference from what stands to its left or above. */
const unfilter = (raw: Buffer, stride: number, step: number): Buffer => {
  const height = raw.length / (stride + 1);
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const kind = raw[y * (stride + 1)] as number;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= step ? (out[at - step] as number) : 0;
      const above = y > 0 ? (out[at - stride] as number) : 0;
      const corner = x >= step && y > 0 ? (out[at - stride - step] as number) : 0;
      out[at] = (raw[y * (stride + 1) + 1 + x] as number) + guess(kind, left, above, corner);
    }
  }
  return out;
};

const guess = (kind: number, left: number, above: number, corner: number): number => {
  if (kind === 1) return left;
  if (kind === 2) return above;
  if (kind === 3) return (left + above) >> 1;
  if (kind !== 4) return 0;
  const base = left + above - corner;
  const [a, b, c] = [Math.abs(base - left), Math.abs(base - above), Math.abs(base - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
};

const distance = (one: number, other: number): number => {
  const [a, b] = [channels(one), channels(other)];
  return a.reduce((sum, value, index) => sum + (value - (b[index] as number)) ** 2, 0);
};

/** Two colours nearer than this are one: what is spared goes to the few pixels of a mark or a dot. */
const apart = 60;

const nearestOf = (palette: readonly number[], colour: number): number =>
  palette.reduce((best, one, at) => (distance(one, colour) < distance(palette[best] as number, colour) ? at : best), 0);

/** The colours seen most, each different enough from those before; every other one becomes the nearest of them. */
const choosePalette = (pixels: Uint32Array): { palette: number[]; nearest: (colour: number) => number } => {
  const seen = new Map<number, number>();
  for (const colour of pixels) seen.set(colour, (seen.get(colour) ?? 0) + 1);
  const palette: number[] = [];
  for (const [colour] of [...seen].sort((a, b) => b[1] - a[1]))
    if (palette.length < 256 && palette.every((one) => distance(one, colour) > apart)) palette.push(colour);
  const known = new Map<number, number>();
  const nearest = (colour: number): number => {
    const index = known.get(colour) ?? nearestOf(palette, colour);
    known.set(colour, index);
    return index;
  };
  return { palette, nearest };
};
