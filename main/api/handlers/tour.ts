import type { Handlers } from '../../../preload/contract/calls.ts';
import type { Tour } from '../tour/tour.ts';

type Names = Extract<keyof Handlers, `tour.${string}`>;

/** The built-in experiment: start it, look at it, end it. */
export function tourHandlers(tour: Tour): Pick<Handlers, Names> {
  return {
    'tour.state': () => tour.state(),
    'tour.start': () => tour.start(),
    'tour.cancel': () => tour.cancel(),
  };
}
