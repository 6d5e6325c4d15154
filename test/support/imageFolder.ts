import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Rng } from '../../main/core/rng.ts';

const SIDE = 32;
const SHAPES = ['disc', 'square'] as const;
const GROUPS = ['red', 'green'] as const;

/**
 * A folder of small pictures whose names say everything: `disc_red_p012_003.png` is a disc, red, of person p012.
 * Shape is the label, colour the sensitive feature; two thirds are red. One file is no picture.
 */
export async function writeImageFolder(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const rng = Rng.stream(5, 'image folder');
  for (let at = 0; at < count; at++) {
    const shape = SHAPES[at % 2] ?? 'disc';
    const group = GROUPS[rng.uniform() < 2 / 3 ? 0 : 1] ?? 'red';
    const name = `${shape}_${group}_p${String(Math.floor(at / 2)).padStart(3, '0')}_${String(at).padStart(3, '0')}.png`;
    await sharp(Buffer.from(drawing(shape, group, () => rng.uniform()))).png().toFile(join(folder, name));
  }
  writeFileSync(join(folder, 'disc_red_p999_broken.png'), 'this is no picture');
}

function drawing(shape: (typeof SHAPES)[number], group: (typeof GROUPS)[number], random: () => number): string {
  const colour = group === 'red' ? `rgb(${160 + random() * 90},${random() * 60},40)` : `rgb(30,${140 + random() * 90},${random() * 70})`;
  const [x, y, size] = [10 + random() * 12, 10 + random() * 12, 5 + random() * 4];
  const figure = shape === 'disc' ? `<circle cx="${x}" cy="${y}" r="${size}" fill="${colour}"/>` : `<rect x="${x - size}" y="${y - size}" width="${2 * size}" height="${2 * size}" fill="${colour}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="rgb(${random() * 40},${random() * 40},${random() * 60})"/>${figure}</svg>`;
}
