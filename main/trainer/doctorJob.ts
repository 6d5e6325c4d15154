import { diagnose } from '../engine/doctor.ts';
import type { FromTrainer } from '../runs/protocol.ts';

/** Which engines and devices work here. */
export async function doctorJob(id: string): Promise<Extract<FromTrainer, { type: 'diagnosed' }>> {
  return { type: 'diagnosed', job: id, engines: await diagnose() };
}
