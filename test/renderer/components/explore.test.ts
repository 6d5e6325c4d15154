import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { fixtureBridge } from '../fixtures/bridge.ts';
import { sampleGrid } from '../fixtures/samples.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

const matching = (bridge: ReturnType<typeof fixtureBridge>, name: string) => bridge.asked.filter((call) => call.name === name).map(({ args }) => args); // prettier-ignore

describe('exploring a data set', () => {
  it('shows classes by group, and a cell opens its samples', async () => {
    const { app, settle } = await openAt('#/dataset/d1?tab=explore');
    const [cell] = await screen.findAllByRole('button', { name: /samples of colour .+: show them/ });
    if (!cell) throw new Error('there is no cell');
    await fireEvent.click(cell);
    await settle();
    expect(app.router.query).toMatchObject({ tab: 'samples', split: 'pretrain', label: 'below five' });
    expect(app.router.query['in.colour']).toBeTruthy();
  });

  it('parts distributions by a group, and shows each as a table', async () => {
    const bridge = fixtureBridge();
    const { settle } = await openAt('#/dataset/d1?tab=explore', bridge);
    await fireEvent.change(await screen.findByRole('combobox', { name: 'Groups' }), { target: { value: 'colour' } }); // prettier-ignore
    await settle();
    await waitFor(() => expect(matching(bridge, 'datasets.summary').at(-1)).toEqual({ id: 'd1', split: 'pretrain', by: 'colour' })); // prettier-ignore
    await fireEvent.click(await screen.findByRole('button', { name: 'As a table: camera' }));
    const table = screen.getByRole('region', { name: 'Distribution of camera as a table' });
    expect(table.textContent).toMatch(/front\s*1,200 60(\.0)?\s*%/);
  });
});

describe('samples', () => {
  it('are asked for page by page, filtered as the address says, and walked through by keyboard', async () => {
    const bridge = fixtureBridge({ 'datasets.samples': ({ count, offset }) => ({ ...sampleGrid(Array.from({ length: Math.min(count, 130 - offset) }, (_, at) => offset + at)), matching: 130 }) }); // prettier-ignore
    const { app, settle } = await openAt('#/dataset/d1?tab=samples&in.colour=blue', bridge);
    await screen.findByText('page 1 of 3, 130 samples');
    const first = screen.getByRole('button', { name: /^Sample 0,/ });
    expect([first.tabIndex, screen.getByRole('button', { name: /^Sample 1,/ }).tabIndex]).toEqual([0, -1]);
    await fireEvent.keyDown(first, { key: 'ArrowRight' });
    await settle();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: /^Sample 1,/ }));
    await fireEvent.keyDown(screen.getByRole('button', { name: /^Sample 1,/ }), { key: 'PageDown' });
    await settle();
    await screen.findByText('page 2 of 3, 130 samples');
    expect(app.router.query['page']).toBe('1');
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: /^Sample 60,/ })),
    );
    expect(matching(bridge, 'datasets.samples').at(-1)).toMatchObject({ split: 'pretrain', offset: 60, count: 60, group: { colour: 'blue' } }); // prettier-ignore
    await fireEvent.change(screen.getByRole('combobox', { name: 'label' }), {
      target: { value: 'below five' },
    });
    await settle();
    expect(app.router.query['page']).toBeUndefined();
    expect(matching(bridge, 'datasets.samples').at(-1)).toMatchObject({ offset: 0, group: { colour: 'blue', label: 'below five' } }); // prettier-ignore
  });
});

describe('a check', () => {
  it('is made with the shares that were typed', async () => {
    const bridge = fixtureBridge();
    const { settle } = await openAt('#/dataset/d1?tab=check', bridge);
    await fireEvent.change(await screen.findByRole('textbox', { name: 'Share of colour blue in percent' }), { target: { value: '40' } }); // prettier-ignore
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: /^Check/ }));
    await settle();
    expect(matching(bridge, 'datasets.check').at(-1)).toMatchObject({ id: 'd1', reference: { colour: { blue: 0.4 } } }); // prettier-ignore
  });
});
