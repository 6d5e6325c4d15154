import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ApiContext } from '../context.ts';
import { finetuneTable, launchFinetuning } from '../finetuning.ts';
import { launchSensitivity, sensitivityFile, sensitivityReport } from '../sensitivity.ts';

type Names = Extract<keyof Handlers, `finetune.${string}` | `sensitivity.${string}`>;

/** Sweeps: many runs that answer one question together. */
export function sweepHandlers(context: ApiContext): Pick<Handlers, Names> {
  return {
    'finetune.launch': (args) => launchFinetuning(context, args),
    'finetune.table': ({ run }) => finetuneTable(context, run),
    'sensitivity.launch': (args) => launchSensitivity(context, args),
    'sensitivity.report': (args) => sensitivityReport(context, args),
    'sensitivity.export': (args) => sensitivityFile(context, args),
  };
}
