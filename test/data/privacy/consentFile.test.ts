import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConsentFile } from '../../../main/data/privacy/consentFile.ts';
import { folderWith, removeFolders } from '../fixtures.ts';

afterAll(removeFolders);

function file(text: string): string {
  return join(folderWith({ 'consent.csv': new TextEncoder().encode(text) }), 'consent.csv');
}

it('reads records in any order of columns; the last line about a subject counts; bad lines are listed', async () => {
  const { records, rejected } = await readConsentFile(
    file(
      'purposes,subject,withdrawn,date\nresearch;teaching,p1,,2026-01-31\n,p2,2026-02-30,\n,,,\nresearch,p1,2026-11-01,2026-01-31\n',
    ),
  );
  expect(records).toEqual([
    { subject: 'p1', basis: '', purposes: ['research'], source: '', date: '2026-01-31', expires: null, withdrawn: '2026-11-01' },
  ]); // prettier-ignore
  expect(rejected).toEqual([
    { item: 'line 3', reason: 'withdrawn is "2026-02-30", but must be a day such as 2026-03-31' },
    { item: 'line 4', reason: 'it names no subject' },
  ]);
});

it.each([
  ['person,withdrawn\np1,\n', /unknown column "person"/],
  ['basis,withdrawn\nwritten,\n', /no column subject/],
])('refuses a table that is none of consent', async (text, message) => {
  await expect(readConsentFile(file(text))).rejects.toThrow(message);
});

it('refuses a folder', async () => {
  await expect(readConsentFile(folderWith({ 'a.csv': new Uint8Array([65]) }))).rejects.toThrow(/is a folder/);
});
