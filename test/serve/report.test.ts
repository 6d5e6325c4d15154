import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { browserPrinter, installedBrowser } from '../../main/serve/printPdf.ts';
import { pretext } from './scriptedPretext.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('takes notes back from Markdown, alone or before a new report', async () => {
  const path = join(folder, 'report.md');
  writeFileSync(path, 'edited');
  const keep = vi.fn(() => ({ audit: 'a', sections: { data: 'x', model: 'y' }, changed: 't' }));
  const handlers = {
    'reports.importNotes': keep,
    'reports.export': () => ({ fileName: 'a.pdf', mediaType: 'application/pdf', data: new Uint8Array(2) }),
  };
  const alone = await pretext(['report', 'a', '--notes', path], handlers);
  expect([alone.code, alone.out]).toEqual([0, '2 sections have notes: data, model\n']);
  expect(keep).toHaveBeenCalledWith({ audit: 'a', markdown: 'edited' });
  const both = await pretext(
    ['report', 'a', '--notes', path, '--format', 'pdf', '--out', join(folder, 'a.pdf')],
    handlers,
  );
  expect([both.code, both.out]).toEqual([0, `${join(folder, 'a.pdf')} (2 bytes)\n`]);
  const none = await pretext(['report', 'a', '--notes', join(folder, 'none.md')], handlers);
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringMatching(/^The notes .*none\.md cannot be read: ENOENT/),
  ]);
});

it('looks for a browser where it is named, then where they are installed', () => {
  const chosen = join(folder, 'chromium');
  writeFileSync(chosen, '');
  expect(installedBrowser({ PATH: folder }, 'linux')).toBe(chosen);
  expect(installedBrowser({ PRETEXT_BROWSER: chosen, PATH: '' }, 'linux')).toBe(chosen);
  expect(installedBrowser({ PRETEXT_BROWSER: join(folder, 'none'), PATH: '' }, 'linux')).toBeNull();
  expect(installedBrowser({}, 'win32')).toBeNull();
  expect(browserPrinter(null)).toBeNull();
});

it('says which browser did not print', async () => {
  const print = browserPrinter(join(folder, 'absent'));
  await expect(print?.(new Uint8Array(0))).rejects.toThrow(/^The report could not be printed by .*absent: /);
});
