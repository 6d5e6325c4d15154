import { describe, expect, it } from 'vitest';
import { AppError } from '../../preload/contract/errors.ts';
import { known, pretext } from './scriptedPretext.ts';

describe('usage', () => {
  it.each([
    [[], 'Usage: pretext'],
    [['datset'], "error: unknown command 'datset'\n(Did you mean dataset?)"],
    [['dataset'], 'Usage: pretext dataset'],
    [['dataset', 'imprt', 'x'], "error: unknown command 'imprt'\n(Did you mean import?)"],
    [['doctor', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)"],
    [['doctor', 'now'], "error: too many arguments for 'doctor'"],
    [['dataset', 'import'], "error: missing required argument 'path'"],
    [
      ['dataset', 'import', 'x', '--size', 'big'],
      "error: option '--size <pixels>' argument 'big' is invalid. It must be a whole number from 0.",
    ],
    [
      ['dataset', 'import', 'x', '--correlation', 'high'],
      "error: option '--correlation <p>' argument 'high' is invalid. It must be a number.",
    ],
    [
      ['run', 'x.yaml', '--seeds', '1,,2'],
      "error: option '--seeds <seeds>' argument '1,,2' is invalid. Write names with commas between them.",
    ],
    [['runs', 'points', 'r'], "error: required option '--metric <name>' not specified"],
    [
      ['runs', 'export', 'r', '--what', 'all'],
      "error: option '--what <what>' argument 'all' is invalid. Allowed choices are bundle, points, predictions, representations.",
    ],
    [['audit', 'r'], "error: required option '--features <names>' not specified"],
    [
      ['audit', 'r', '--features', 'a', '--split', 'test'],
      "error: option '--split <role>' argument 'test' is invalid. Allowed choices are pretrain, probeTrain, validation, audit.",
    ],
    [['report', 'a'], "error: required option '--format <id>' not specified"],
    [
      ['serve', '--port', 'x'],
      "error: option '--port <port>' argument 'x' is invalid. It must be a whole number from 0.",
    ],
  ])('%j ends with 2 and a sentence, and opens nothing', async (args, sentence) => {
    const { code, err, out } = await pretext(args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(out).toBe('');
  });

  it.each([
    [['run'], 'Name a config file.'],
    [['run', 'missing.yaml'], 'The config missing.yaml cannot be read: ENOENT'],
    [
      ['run', 'x.yaml', '--resume', 'r'],
      'A resumed run keeps its config: --resume takes no config, --set, --seeds or --baselines.',
    ],
    [['audit', '--features', 'a'], 'Name a run, or --predictions with a table.'],
    [['audit', 'run-xyz', '--features', 'a', '--truth', 't'], '--truth belongs to --predictions <csv>.'],
    [
      ['audit', 'r', '--predictions', 'x.csv', '--features', 'a'],
      '--predictions assesses a table, not runs.',
    ],
    [['audit', '--predictions', 'x.csv', '--features', 'a'], '--predictions needs --truth <column>.'],
    [
      ['audit', '--predictions', 'x.csv', '--features', 'a', '--truth', 't'],
      '--predictions needs --prediction <column> or --score <column>.',
    ],
    [
      ['audit', 'run-xyz', '--features', 'a', '--group', 'g'],
      '--primary-feature, --group and --reference belong to --primary <metric>.',
    ],
    [
      ['audit', 'run-xyz', '--features', 'a', '--primary', 'accuracy', '--group', 'g'],
      '--group and --reference go together.',
    ],
    [['dataset', 'card', 'd', '--set', 'licence'], '"licence" is not entry=text.'],
    [['runs', 'show', 'run-ab'], 'Several runs begin with "run-ab".'],
  ])('%j ends with 2 and says %s', async (args, sentence) => {
    const { code, err, closed } = await pretext(args, known);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
    expect(closed).toBe(1);
  });

  it('prints help on standard output and ends with 0', async () => {
    const { code, out, err } = await pretext(['runs', 'export', '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('--json');
    expect(out).toContain('--workspace <folder>');
  });
});

describe('failures', () => {
  it.each([
    ['notFound', 1],
    ['invalidConfig', 1],
    ['invalidData', 1],
    ['conflict', 1],
    ['engine', 1],
    ['diskFull', 1],
    ['usage', 2],
  ] as const)('%s ends with %i', async (code, expected) => {
    const refuse = (): never => {
      throw new AppError({ code, message: 'What happened.', hint: 'What to do.' });
    };
    const outcome = await pretext(['dataset', 'show', 'd', '--json'], { 'datasets.get': refuse });
    expect(outcome).toMatchObject({
      code: expected,
      out: '',
      err: 'What happened.\nWhat to do.\n',
      closed: 1,
    });
  });

  it('a workspace that another process writes is read, but not changed', async () => {
    const reason = 'process 7 has it open for writing.';
    expect((await pretext(['runs', 'list'], known, reason)).code).toBe(0);
    const writing = await pretext(['runs', 'stop', 'run-xyz'], known, reason);
    expect(writing).toMatchObject({ code: 1, out: '' });
    expect(writing.err).toBe(
      `runs.stop would change the workspace, which is open read-only: ${reason}\nClose the other process, or use another workspace.\n`,
    );
  });
});
