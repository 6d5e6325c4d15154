import type { Graph, GraphNode } from '../../graph.ts';
import { sameShape, sizeOf } from '../../graph.ts';
import { isElementwise } from '../layout/elementwise.ts';

/** Results that are computed element by element from common tensors: a parameter with its moments, say. */
export interface Update {
  readonly results: readonly { readonly name: string; readonly node: GraphNode }[];
  /** Tensors that are read, in the order in which the results come upon them. */
  readonly leaves: readonly GraphNode[];
  /** Elements of every tensor in it. */
  readonly size: number;
  /** Operators in it. */
  readonly steps: number;
}

/** Larger tensors are left alone: copying them costs more than the calls that it saves. */
const LARGEST = 4096;
/** What takes more operators is no update. */
const MOST_STEPS = 64;

/** Updates of one and the same form, which differ in the tensors that they read and in size. */
export function updateFamilies(graph: Graph): readonly (readonly Update[])[] {
  const families = new Map<string, Update[]>();
  for (const bundle of bundles(graph)) {
    const form = new Form();
    const described = bundle.map(({ name, node }) => ({ name, node, text: new Form().describe(node) }));
    const results = described.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    const key = results.map(({ node }) => form.describe(node)).join(';');
    if (!form.fits || form.steps > MOST_STEPS) continue;
    const [first] = results;
    if (first === undefined) continue;
    const update = { results, leaves: form.leaves, size: sizeOf(first.node.shape), steps: form.steps };
    families.set(key, [...(families.get(key) ?? []), update]);
  }
  return [...families.values()];
}

type Result = Update['results'][number];

/** Results that read a tensor in common, together. */
function bundles(graph: Graph): readonly (readonly Result[])[] {
  const bundleOf = new Map<GraphNode, Result[]>();
  for (const [name, node] of graph.outputs) {
    const form = new Form();
    form.describe(node);
    if (!form.fits || form.steps === 0 || form.steps > MOST_STEPS) continue;
    const merged: Result[] = [{ name, node }];
    const known = new Set(form.leaves.map((leaf) => bundleOf.get(leaf)).filter((own) => own !== undefined));
    for (const bundle of known) merged.push(...bundle);
    const read = new Set(form.leaves);
    for (const [leaf, bundle] of bundleOf)
      if (known.has(bundle) || read.has(leaf)) bundleOf.set(leaf, merged);
    for (const leaf of read) bundleOf.set(leaf, merged);
  }
  return [...new Set(bundleOf.values())];
}

/** Describes computations element by element so that two of the same form have the same text. */
class Form {
  readonly leaves: GraphNode[] = [];
  steps = 0;
  /** False once something was found that is no such computation on small tensors of one shape. */
  fits = true;
  private readonly numbers = new Map<GraphNode, string>();

  describe(root: GraphNode): string {
    const size = sizeOf(root.shape);
    if (size < 2 || size > LARGEST) this.fits = false;
    return this.text(root, root.shape);
  }

  private text(node: GraphNode, shape: readonly number[]): string {
    const known = this.numbers.get(node);
    if (known !== undefined) return known;
    // Scalars, such as a learning rate, are the same for all: they count as themselves.
    if (sizeOf(node.shape) === 1) return `s${node.id}`;
    if (!sameShape(node.shape, shape)) this.fits = false;
    if (!this.fits) return '';
    const inner = isElementwise(node) && node.op !== 'Expand' && this.steps < MOST_STEPS;
    this.numbers.set(node, `${inner ? 'n' : 'l'}${this.numbers.size}`);
    if (inner) return this.inner(node, shape);
    this.leaves.push(node);
    return `${this.numbers.get(node)}:${node.dtype}`;
  }

  private inner(node: GraphNode, shape: readonly number[]): string {
    this.steps += 1;
    const inputs = node.inputs.map((input) => this.text(input, shape));
    return `${node.op}${JSON.stringify(node.attributes)}${node.dtype}(${inputs.join(',')})`;
  }
}
