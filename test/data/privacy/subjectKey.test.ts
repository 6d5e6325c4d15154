import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openKey, readKey } from '../../../main/data/keyFile.ts';
import { isPseudonym, subjectKeyOf } from '../../../main/data/privacy/subjectKey.ts';
import { nameWithout, textWithout } from '../../../main/data/privacy/withoutIds.ts';
import { folderWith, KEY, refusal, removeFolders } from '../fixtures.ts';

afterAll(removeFolders);

describe('a key of subjects', () => {
  // Python 3.11: hmac.new(bytes(range(32)), ('subject\0' + name).encode(), hashlib.sha256).hexdigest()[:32]; 'key\0id' for the id.
  it.each([
    ['patient-0042', '6a8b84d82065a94c78ad9efa58456c73'],
    ['Zoë', 'b8870568d2e27b0682b541002d8042ee'],
    ['1', 'fa8ada4e0bc80c04ff3cc436b1b39eea'],
  ])('turns %j as Python’s hmac does', (name, hex) => {
    expect(KEY.pseudonym(name)).toBe(`subject-${hex}`);
    expect(isPseudonym(KEY.pseudonym(name))).toBe(true);
  });

  it('has an id that is not the key, takes one spelling for another, and must have 32 bytes', () => {
    expect(KEY.id).toBe('48d511399d0d8ab0');
    expect(KEY.pseudonym(' Zoe\u0308 ')).toBe(KEY.pseudonym('Zoë'));
    expect(subjectKeyOf(new Uint8Array(32)).pseudonym('1')).not.toBe(KEY.pseudonym('1'));
    expect(() => subjectKeyOf(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('the file of a key', () => {
  const placeIn = (folder: string, expected: string | null = null) => ({
    ...{ file: join(folder, 'config', 'subject.key'), workspace: join(folder, 'workspace'), expected },
  });

  it('is made once, for its owner alone, and holds no more than the key', () => {
    const place = placeIn(folderWith({}));
    expect(readKey(place)).toBeNull();
    const made = openKey(place);
    expect(openKey({ ...place, expected: made.id }).pseudonym('a')).toBe(made.pseudonym('a'));
    if (process.platform !== 'win32') expect(statSync(place.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(place.file, '..'))).toEqual(['subject.key']);
    expect(readFileSync(place.file, 'utf8')).toMatch(/^pretext-subject-key-1 [0-9a-f]{64}\n$/);
    expect(openKey(placeIn(folderWith({}))).id).not.toBe(made.id);
  });

  it('that is lost or another’s is said, and never made anew in silence', async () => {
    const place = placeIn(folderWith({}), 'aaaaaaaaaaaaaaaa');
    const lost = await refusal(Promise.resolve().then(() => openKey(place)));
    expect(lost).toMatchObject({ code: 'conflict' });
    expect(lost.message).toMatch(/turned with the key aaaaaaaaaaaaaaaa, and there is no key at /);
    expect(readKey(place)).toBeNull();
    const { id } = openKey({ ...place, expected: null });
    expect((await refusal(Promise.resolve().then(() => openKey(place)))).message).toContain(`is another one, ${id}.`);
  }); // prettier-ignore

  it.each([
    ['empty', ''],
    ['of other words', 'hello'],
    ['cut off', 'pretext-subject-key-1 00ff'],
  ])('that is %s is refused with a sentence', async (_, text) => {
    const place = placeIn(folderWith({ 'config/subject.key': text }));
    expect(await refusal(Promise.resolve().then(() => openKey(place)))).toMatchObject({
      code: 'invalidData',
      message: expect.stringContaining('does not hold a key of Pretext') as string,
    });
  });

  it('may not lie in the workspace, nor be a folder', async () => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'workspace'));
    const inside = { ...placeIn(folder), file: join(folder, 'workspace', 'keys', 'subject.key') };
    expect((await refusal(Promise.resolve().then(() => openKey(inside)))).code).toBe('usage');
    const beside = { ...placeIn(folder), file: join(folder, 'workspace-keys', 'subject.key') };
    expect(openKey(beside).id).toMatch(/^[0-9a-f]{16}$/);
    mkdirSync(join(folder, 'config', 'subject.key'), { recursive: true });
    expect((await refusal(Promise.resolve().then(() => openKey(placeIn(folder))))).code).toBe('invalidData');
  });

  it('keeps the rights it has: only their owner opens them up', () => {
    const place = placeIn(folderWith({}));
    openKey(place);
    writeFileSync(`${place.file}.copy`, readFileSync(place.file));
    chmodSync(`${place.file}.copy`, 0o640);
    expect(openKey({ ...place, file: `${place.file}.copy` }).id).toBe(openKey(place).id);
  });
});

describe('ids within names and sentences', () => {
  const known = new Map([
    ['patient-0042', 'P'],
    ['7', 'Q'],
    ['Zoë Müller', 'R'],
    ['ab', 'S'],
  ]);
  const of = (id: string): string | null => known.get(id) ?? null;

  it.each([
    ['img/patient-0042_a.jpg', 'item', 'img/P_a.jpg'],
    ['patient-00421.jpg', 'item', 'patient-00421.jpg'],
    ['x_7_7.png', 'item', 'x_Q_Q.png'],
    ['table 7.csv, line 7', 'item', 'table Q.csv, line 7'],
    ['7 images of Zoë Müller, Zoe\u0308 Müller; ab', 'sentence', '7 images of R, R; ab'],
    ['', 'sentence', ''],
  ] as const)('%j as %s becomes %j', (text, kind, expected) => {
    expect(textWithout(text, of, kind)).toBe(expected);
  });

  it.each([
    ['p42x1.png', 'p42', false, 'Nx1.png'],
    ['d.npy#12', '12', false, 'd.npy#N'],
    ['d.npy#123', '12', false, 'd.npy#123'],
    ['s12x3.png', '12', true, 'sNx3.png'],
    ['other.png', 'p42', false, 'other.png'],
  ] as const)('the name %j of %j becomes, within %s, %j', (name, subject, within, expected) => {
    expect(nameWithout(name, subject, 'N', within)).toBe(expected);
  });
});
