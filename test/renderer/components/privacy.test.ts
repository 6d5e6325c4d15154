import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallArgs } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import { readGeneralisation } from '../../../renderer/lib/generalise.ts';
import { fixtureBridge } from '../fixtures/bridge.ts';
import { assessment, keyState } from '../fixtures/privacy.ts';
import { consent } from '../fixtures/consent.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

describe('what is typed of a generalisation', () => {
  it.each([
    [{ drop: false, edges: '', merge: '' }, null],
    [{ drop: true, edges: '3', merge: '' }, { drop: true }],
    [{ drop: false, edges: '30, 45.5', merge: '' }, { edges: [30, 45.5] }],
    [{ drop: false, edges: '', merge: 'Other = A, B\nRest=C' }, { merge: { Other: ['A', 'B'], Rest: ['C'] } }],
    [{ drop: false, edges: '45, 30', merge: '' }, 'The edges of age must be ascending numbers with commas between them, such as 30, 45.'],
    [{ drop: false, edges: '', merge: 'A, B' }, 'Write what becomes one value of age as Other = A, B on a line of its own.'],
  ])('%j is read as %j', (typed, expected) => {
    expect(readGeneralisation('age', typed)).toEqual(expected);
  });
}); // prettier-ignore

describe('Privacy', () => {
  it('assesses the data as it is and as a generalisation leaves it, and makes the copy that was shown', async () => {
    const asked: CallArgs<'privacy.assess'>[] = [];
    const made: CallArgs<'privacy.generalise'>[] = [];
    const { settle } = await openAt('#/dataset/d1?tab=privacy', fixtureBridge({
      'privacy.assess': (args) => {
        asked.push(args as CallArgs<'privacy.assess'>);
        return Object.keys(args.generalisation ?? {}).length > 0 ? { ...assessment, k: 4 } : assessment;
      },
      'privacy.generalise': (args) => {
        made.push(args as CallArgs<'privacy.generalise'>);
        throw new Error('No copy in this test.');
      },
    }));
    await settle();
    await fireEvent.input(screen.getByRole('textbox', { name: 'Ranges of age at' }), { target: { value: '30, 45' } });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Role of age' }), { target: { value: 'quasi' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Assess, as it is and coarser' }));
    await settle();
    expect(asked.map(({ quasi, sensitive, generalisation }) => [quasi, sensitive, generalisation ?? {}])).toEqual([
      [['sex', 'age'], ['label'], {}],
      [['sex', 'age'], ['label'], { age: { edges: [30, 45] } }],
    ]);
    const line = within(screen.getByRole('table', { name: 'Anonymity' })).getByRole('row', { name: /^k:/ });
    expect(within(line).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['1', '4']);
    await fireEvent.click(screen.getByRole('button', { name: 'Make the generalised copy' }));
    await settle();
    expect(made.map(({ generalisation }) => generalisation)).toEqual([{ age: { edges: [30, 45] } }]);
  }); // prettier-ignore

  it('says where the key is, and what is wrong with it', async () => {
    const problem = 'The key is gone.';
    const { settle } = await openAt('#/dataset/d1?tab=privacy', fixtureBridge({ 'privacy.key': () => ({ ...keyState, state: 'missing', present: null, problem }) })); // prettier-ignore
    await settle();
    expect(screen.getByText(problem)).toBeTruthy();
    expect(screen.getByText(`${keyState.file} (not there)`)).toBeTruthy();
  });

  it('offers to turn ids that are kept as the source has them', async () => {
    const turned: string[] = [];
    const { settle } = await openAt('#/dataset/d1?tab=consent', fixtureBridge({
      'consent.get': () => ({ ...consent, ids: { kind: 'raw' } }),
      'privacy.rekey': ({ dataset }) => {
        turned.push(dataset);
        return { dataset, key: 'aa', subjects: 3, records: 0, audits: [], backups: [] };
      },
    })); // prettier-ignore
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: 'Turn them now' }));
    await settle();
    expect(turned).toEqual(['d1']);
  });
});

describe('a launch that consent does not cover', () => {
  it('asks for a purpose or a reason, and launches with it', async () => {
    const asked: { purpose?: string | null | undefined; override?: string | null | undefined }[] = [];
    const { app, settle } = await openAt('#/designer', fixtureBridge({
      'runs.launch': ({ purpose, override }) => {
        asked.push({ purpose, override });
        if (asked.length === 1) throw new AppError({ code: 'conflict', message: 'The purpose is not covered.', hint: 'Give a reason.' });
        return ['r0'];
      },
    })); // prettier-ignore
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: 'Launch' }));
    await settle();
    const dialog = screen.getByRole('dialog', { name: 'Consent does not cover this launch' });
    expect(within(dialog).getByText('The purpose is not covered.')).toBeTruthy();
    const again = within(dialog).getByRole('button', { name: 'Launch' });
    expect(again).toHaveProperty('disabled', true);
    await fireEvent.input(within(dialog).getByRole('textbox', { name: /^Why they run/ }), {
      target: { value: 'The board agreed.' },
    });
    await fireEvent.click(again);
    await settle();
    expect(asked).toEqual([
      { purpose: null, override: null },
      { purpose: null, override: 'The board agreed.' },
    ]);
    expect(app.router.place).toMatchObject({ page: 'run', id: 'r0' });
  });
});
