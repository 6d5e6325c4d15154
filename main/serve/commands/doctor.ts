import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { EngineReport } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';

/** `pretext doctor`: which engines and devices work here, what is missing and how to get it. */
export function addDoctor(program: Command, work: Work): void {
  program
    .command('doctor')
    .description('say which engines and devices work here, what is missing and how to get it')
    .action((_options: unknown, command: Command) =>
      work(command, async (session) => {
        const info = await session.ask('workspace.info', {});
        const engines = await session.ask('engines.report', { fresh: true });
        session.print({ version: info.appVersion, workspace: info, engines }, () =>
          engines.map(words).join(''),
        );
        if (!engines.some((engine) => engine.works))
          throw new AppError({
            code: 'engine',
            message: 'No engine works here.',
            hint: 'See what each of them misses, above.',
          });
      }),
    );
}

function words(engine: EngineReport): string {
  const head = `${engine.works ? 'works   ' : 'missing '} ${engine.id}: ${engine.title}${engine.version === null ? '' : ` ${engine.version}`}\n`;
  const why = engine.works
    ? ''
    : `           ${engine.missing}\n${engine.howToGet === '' ? '' : `           ${engine.howToGet}\n`}`;
  const devices = engine.devices.map(
    (device) =>
      `           ${device.works ? 'works  ' : 'missing'} ${device.id}: ${device.name}${device.works ? '' : `: ${device.missing}`}\n`,
  );
  return head + why + devices.join('');
}
