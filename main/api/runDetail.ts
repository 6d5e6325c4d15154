import type { RunDetail, RunId } from '../../preload/contract/vocabulary.ts';
import type { Store } from '../store/index.ts';

/** Log lines that come with a run's detail. */
const TAIL_LINES = 200;

/** A run with everything that is stored about it. @throws AppError notFound */
export function runDetail(store: Pick<Store, 'runs' | 'logs'>, id: RunId): RunDetail {
  return { ...store.runs.get(id), logTail: store.logs.tail(id, TAIL_LINES) };
}
