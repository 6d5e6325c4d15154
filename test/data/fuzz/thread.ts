import { parentPort, workerData } from 'node:worker_threads';
import { fuzzCases } from './cases.ts';
import { fuzzRound } from './fuzz.ts';
import type { FuzzJob, FuzzNews } from './inThread.ts';

// Runs the rounds of one case and tells of each, so that whoever listens knows which one never ends.
const { name, from, rounds, seed } = workerData as FuzzJob;
const given = (await fuzzCases()).find((candidate) => candidate.name === name);
if (given === undefined) throw new Error(`There is no case ${name}.`);
for (let round = from; round < rounds; round++) {
  const news: FuzzNews = { round, ending: await fuzzRound(given, round, seed) };
  parentPort?.postMessage(news);
}
