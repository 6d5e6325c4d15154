/** Every waiting time of this room, in milliseconds. */
export interface RunTiming {
  /** How often points, logs and progress of a run are stored and announced. */
  readonly flush: number;
  /** A trainer silent for so long is ended. */
  readonly silence: number;
  /** A trainer that was told to leave is killed after so long. */
  readonly grace: number;
  /** When Pretext is closed, a trainer has so long to save where it stands; then its last checkpoint has to do. */
  readonly save: number;
  /** The warm trainer leaves after so long without work. */
  readonly idle: number;
  /** The longest time for an answer of the warm trainer. */
  readonly answer: number;
  /** The longest time for predictions of one split. */
  readonly predict: number;
}

/** What the app uses; tests use shorter ones. */
export const TIMING: RunTiming = {
  flush: 100,
  silence: 60_000,
  grace: 5_000,
  save: 20_000,
  idle: 300_000,
  answer: 120_000,
  predict: 3_600_000,
};
