import { constant } from '../build.ts';
import type { Attribute, Graph, GraphNode } from '../graph.ts';
import { makeNode, nodesOf, rewrite, sameShape, sizeOf } from '../graph.ts';
import { productOf, scalarValue, without } from './match.ts';

/** The pieces of one normalisation over the last axis. */
interface Site {
  readonly x: GraphNode;
  readonly mean: GraphNode;
  readonly centred: GraphNode;
  /** `1 / sqrt(variance + epsilon)`. */
  readonly inverse: GraphNode;
  readonly epsilon: number;
  readonly gain: GraphNode;
  readonly shift: GraphNode;
  readonly result: GraphNode;
}

const RESULT = { normalised: 0, mean: 1, inverse: 2 } as const;

/**
 * Fuses layer norm over the last axis, `(x - mean) / sqrt(variance + epsilon) * gain + shift`, to one operator that
 * also gives mean and inverse deviation. The gradient then computes the centred values anew from `x`, so that they
 * need not be kept.
 */
export function layerNorm(graph: Graph): Graph {
  const sites = findSites(graph);
  if (sites.length === 0) return graph;
  const roles = new Map<GraphNode, readonly [Site, keyof typeof RESULT]>();
  for (const site of sites) {
    roles.set(site.result, [site, 'normalised']);
    roles.set(site.mean, [site, 'mean']);
    roles.set(site.inverse, [site, 'inverse']);
  }
  const done = new Map<GraphNode, GraphNode>();
  return rewrite(graph, (node, original) => {
    const role = roles.get(original);
    const value = role === undefined ? node : resultOf(role[0], role[1], node.shape, done);
    done.set(original, value);
    return value;
  });
}

function resultOf(
  { x, gain, shift, epsilon }: Site,
  result: keyof typeof RESULT,
  shape: readonly number[],
  done: ReadonlyMap<GraphNode, GraphNode>,
): GraphNode {
  const inputs = [x, gain, shift].map((input) => done.get(input) ?? input);
  const attributes: Record<string, Attribute> = {
    axis: -1,
    epsilon: { float: epsilon },
    result: RESULT[result],
  };
  return makeNode('LayerNormalization', inputs, attributes, shape, 'float32');
}

/** Statistics by the product `centred * inverse` that they make. */
type Statistics = Pick<Site, 'x' | 'mean' | 'centred' | 'inverse' | 'epsilon'>;

function findSites(graph: Graph): Site[] {
  const nodes = nodesOf(graph);
  const position = new Map(nodes.map((node, index) => [node, index]));
  const known = nodes.flatMap((node) => statisticsOf(node) ?? []);
  const whole = new Set(known.flatMap(({ centred, inverse }) => [centred, inverse]));
  const taken = new Set<GraphNode>();
  return nodes.flatMap((node) => {
    const site = known.length === 0 ? null : siteOf(node, known, whole);
    if (site === null || taken.has(site.mean)) return [];
    // The operator stands where the mean stood: gain and shift must be known by then.
    const early = [site.gain, site.shift].every(
      (vector) => (position.get(vector) ?? -1) < (position.get(site.mean) as number) || isLeaf(vector),
    );
    if (!early) return [];
    taken.add(site.mean);
    return [site];
  });
}

function isLeaf(node: GraphNode): boolean {
  return node.inputs.length === 0;
}

/** Recognises `1 / sqrt(mean((x - mean(x))^2) + epsilon)` over the last axis. */
function statisticsOf(node: GraphNode): Statistics | null {
  const [one, root] = node.inputs;
  if (node.op !== 'Div' || one === undefined || scalarValue(one) !== 1 || root?.op !== 'Sqrt') return null;
  const [variance, small] = (root.inputs[0] as GraphNode).inputs;
  const epsilon = small === undefined ? null : scalarValue(small);
  if (root.inputs[0]?.op !== 'Add' || epsilon === null || !isLastMean(variance)) return null;
  const square = variance?.inputs[0];
  const centred =
    square?.op === 'Mul' && square.inputs[0] === square.inputs[1] ? square.inputs[0] : undefined;
  const [x, mean] = centred?.inputs ?? [];
  if (centred?.op !== 'Sub' || x === undefined || !isLastMean(mean) || mean?.inputs[0] !== x) return null;
  return { x, mean, centred, inverse: node, epsilon };
}

function isLastMean(node: GraphNode | undefined): boolean {
  const axes = node?.attributes['axes'] as readonly number[] | undefined;
  const rank = node?.inputs[0]?.shape.length ?? 0;
  return node?.op === 'ReduceMean' && axes?.join() === String(rank - 1) && node.attributes['keepdims'] === 1;
}

/** `centred * inverse * gain + shift`. */
function siteOf(node: GraphNode, known: readonly Statistics[], whole: ReadonlySet<GraphNode>): Site | null {
  const [a, b] = node.inputs;
  if (node.op !== 'Add' || a === undefined || b === undefined) return null;
  const [scaled, shift] = sizeOf(a.shape) > sizeOf(b.shape) ? [a, b] : [b, a];
  const width = node.shape[node.shape.length - 1] as number;
  if (!sameShape(shift.shape, [width])) return null;
  const { factor, parts } = productOf(scaled, whole);
  for (const statistics of known) {
    const rest = without(parts, [statistics.centred, statistics.inverse]);
    if (factor !== 1 || rest === null || rest.length > 1) continue;
    const gain = rest[0] ?? constant(new Float32Array(width).fill(1), [width], 'float32');
    if (sameShape(gain.shape, [width])) return { ...statistics, gain, shift, result: node };
  }
  return null;
}
