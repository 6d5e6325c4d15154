import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFileName, parseCheckpointFileName } from '../../main/runs/checkpointName.ts';
import { describeExit } from '../../main/runs/exitReason.ts';
import { journalOf } from '../../main/runs/journal.ts';
import { encodeJournal, parseJournal, parseJournalLine } from '../../main/runs/journalFormat.ts';
import { noteTrainer } from '../../main/runs/leftovers.ts';
import { LineTail } from '../../main/runs/lineTail.ts';
import { createRunService, type NumberedPoint } from '../../main/runs/index.ts';
import { addRun, withStore } from '../store/support/workspace.ts';
import { hostOf, until } from './support/service.ts';

const point = (seq: number, value = 1 / 3): NumberedPoint => ({
  seq,
  metric: 'a "b"\n',
  step: seq * 2,
  epoch: seq / 7,
  time: seq * 0.1,
  value,
});

describe('the journal', () => {
  it('keeps every number exactly, also those that JSON does not know', () => {
    const points = [0, NaN, Infinity, -Infinity, 1e-320, Math.PI, -0.1].map((value, seq) =>
      point(seq, value),
    );
    expect(parseJournal(encodeJournal(points))).toEqual(points);
  });

  it('leaves out half a line wherever it was torn', () => {
    const whole = encodeJournal([point(1), point(2)]);
    const first = encodeJournal([point(1)]).length;
    for (let length = 0; length < whole.length - 1; length++)
      expect(parseJournal(whole.slice(0, length)).length).toBe(length >= first - 1 ? 1 : 0);
  });

  it.each([
    ['', 'nothing'],
    ['{}', 'no fields'],
    ['[1]', 'a list'],
    ['{"seq":-1,"metric":"a","step":0,"epoch":0,"time":0,"value":1}', 'a negative seq'],
    ['{"seq":1,"metric":"","step":0,"epoch":0,"time":0,"value":1}', 'no metric'],
    ['{"seq":1,"metric":"a","step":0.5,"epoch":0,"time":0,"value":1}', 'half a step'],
    ['{"seq":1,"metric":"a","step":0,"epoch":null,"time":0,"value":1}', 'no epoch'],
    ['{"seq":1,"metric":"a","step":0,"epoch":0,"time":0,"value":"many"}', 'a word as value'],
  ])('ignores %s (%s)', (line) => expect(parseJournalLine(line)).toBeNull());
});

describe('the start after an end', () => {
  it('replays long journals, torn in the middle and at the end, and takes in checkpoints', () =>
    withStore(async (store) => {
      const id = addRun(store);
      store.runs.change(id, { status: 'running' });
      const directory = store.runs.directory(id);
      const points = Array.from({ length: 20_000 }, (_, i) => ({ ...point(i), metric: 'loss' }));
      store.points.append(id, points.slice(0, 7000));
      appendFileSync(journalOf(directory), `${encodeJournal(points.slice(0, 12_000))}{"seq":12000,"met\n`);
      appendFileSync(journalOf(directory), `${encodeJournal(points.slice(12_000))}{"seq":20000,"met`);
      writeFileSync(join(directory, checkpointFileName({ kind: 'periodic', step: 5, epoch: 0.5 })), 'five');
      writeFileSync(
        join(directory, checkpointFileName({ kind: 'periodic', step: 40, epoch: 1e-7 })),
        'forty',
      );
      writeFileSync(join(directory, 'checkpoint-periodic-50-2.ckpt.tmp'), 'half');
      const report = await createRunService(hostOf(store)).start();
      expect(report).toEqual({ crashed: [id], problems: [] });
      expect([...store.points.all(id)]).toEqual(points.map(({ seq: _seq, ...rest }) => rest));
      expect(store.runs.get(id).checkpoints.map(({ step, epoch }) => [step, epoch])).toEqual([[5, 0.5], [40, 1e-7]]); // prettier-ignore
      expect(store.runs.row(id)).toMatchObject({ status: 'crashed', resumable: true });
      expect(readdirSync(directory)).toEqual([]);
    }));

  it('starts with a full disk, says so, and takes the journal in at the next start', () => {
    let free = Infinity;
    return withStore(
      async (store) => {
        const id = addRun(store);
        store.runs.change(id, { status: 'paused' });
        const file = journalOf(store.runs.directory(id));
        writeFileSync(file, encodeJournal([{ ...point(0), metric: 'loss' }]));
        free = 0;
        const report = await createRunService(hostOf(store)).start();
        expect(report.crashed).toEqual([id]);
        expect(report.problems).toEqual([expect.stringMatching(/^No room for points/)]);
        expect(existsSync(file)).toBe(true);
        free = Infinity;
        expect((await createRunService(hostOf(store)).start()).problems).toEqual([]);
        expect(store.points.count(id)).toBe(1);
        expect(existsSync(file)).toBe(false);
      },
      { freeBytes: () => free },
    );
  });

  it('ends a trainer that outlived the app, but not another process with its number', () =>
    withStore(async (store) => {
      const [mine, other] = [addRun(store), addRun(store)];
      const processes = [0, 1].map(() => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
      const pids = processes.map((child) => child.pid ?? 0);
      try {
        for (const id of [mine, other]) store.runs.change(id, { status: 'running' });
        noteTrainer(store.runs.directory(mine), pids[0] ?? 0);
        mkdirSync(store.runs.directory(other), { recursive: true });
        writeFileSync(
          join(store.runs.directory(other), 'trainer.json'),
          JSON.stringify({ pid: pids[1], start: '1' }),
        );
        await createRunService(hostOf(store)).start();
        if (process.platform === 'linux')
          await until(() => processes[0]?.signalCode === 'SIGKILL', 'the orphan ended');
        expect(processes[1]?.signalCode).toBeNull();
      } finally {
        for (const child of processes) child.kill('SIGKILL');
      }
    }));
});

describe('names of checkpoint files', () => {
  it.each([0, 2, 0.25, 1e-7, 123.456, 1e21])('carry epoch %d there and back', (epoch) => {
    const name = { kind: 'stopped', step: 12, epoch } as const;
    expect(parseCheckpointFileName(checkpointFileName(name))).toEqual(name);
  });

  it.each([
    'checkpoint-final-1-1.ckpt.tmp',
    'checkpoint-other-1-1.ckpt',
    'checkpoint-final--1-1.ckpt',
    'points.journal',
  ])('are not %s', (name) => expect(parseCheckpointFileName(name)).toBeNull());
});

describe('reasons', () => {
  it.each([
    [{ code: null, signal: 'SIGKILL' }, /SIGKILL\); perhaps the system ran out of memory/],
    [{ code: 137, signal: null }, /SIGKILL/],
    [{ code: null, signal: 'SIGSEGV' }, /native code \(SIGSEGV\)/],
    [{ code: null, signal: 'SIGTERM' }, /ended from outside/],
    [{ code: 0, signal: null }, /without finishing/],
    [{ code: 7, signal: null }, /exit code 7\.$/],
    [{ code: -1073741819, signal: null }, /native code \(0xc0000005\)/],
    [{ code: null, signal: null }, /vanished/],
  ])('%j', (exit, reason) => expect(describeExit({ ...exit, tail: [] })).toMatch(reason));

  it('find the error in what was said last', () => {
    const tail = ['TypeError: x is not a function', '    at work (a.ts:1:1)', '', 'Node.js v24.21.0'];
    expect(describeExit({ code: 1, signal: null, tail })).toBe(
      'The trainer ended with exit code 1: TypeError: x is not a function.',
    );
    const memory = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];
    expect(describeExit({ code: null, signal: 'SIGABRT', tail: memory })).toMatch(/JavaScript memory/);
  });
});

it('the tail of a stream keeps whole lines across pieces', () => {
  const tail = new LineTail(3);
  for (const text of ['one\ntw', 'o\r\nthree\nfour\nfi', 've']) tail.add(text);
  expect(tail.lines()).toEqual(['three', 'four', 'five']);
});
