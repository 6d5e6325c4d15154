import type { Graph, GraphNode } from './graph.ts';
import { nodesOf } from './graph.ts';
import { graphText } from './graphText.ts';
import { lowerGraph } from './lower.ts';
import type { PassContext } from './passes/pass.ts';
import { prepare } from './prepare.ts';

/** A compiled step for people to look at. */
export interface Inspection {
  readonly name: string;
  /** What each pass did, then the recorded and the compiled graph, one line per node. */
  readonly text: string;
  /** The model that ONNX Runtime is given, as an `.onnx` file. */
  readonly model: Uint8Array;
}

/** Prepares a graph once more, with an account of what every pass changed. */
export function inspect(graph: Graph, context: PassContext, name: string): Inspection {
  const account: string[] = [];
  const prepared = prepare(graph, context, (pass, before, after) =>
    account.push(changeOf(pass, before, after)),
  );
  const sections = [
    `# ${name}: passes`,
    ...account,
    '',
    `# ${name}: recorded`,
    graphText(graph),
    '',
    `# ${name}: compiled`,
    graphText(prepared),
    '',
  ];
  return { name, text: sections.join('\n'), model: lowerGraph(prepared, name).bytes };
}

/** One line: nodes before and after, and which operators became more or fewer. */
function changeOf(pass: string, before: Graph, after: Graph): string {
  const [first, second] = [nodesOf(before), nodesOf(after)];
  const counts = new Map<string, number>();
  const tally = (nodes: readonly GraphNode[], by: number): void => {
    for (const { op } of nodes) counts.set(op, (counts.get(op) ?? 0) + by);
  };
  tally(first, -1);
  tally(second, 1);
  const changes = [...counts]
    .filter(([, change]) => change !== 0)
    .map(([op, change]) => `${op} ${change > 0 ? '+' : ''}${change}`);
  const sizes = `${first.length} -> ${second.length}`;
  return `${pass.padEnd(22)} ${sizes.padEnd(14)} ${changes.sort().join(', ')}`.trimEnd();
}
