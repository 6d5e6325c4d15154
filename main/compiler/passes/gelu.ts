import { elementwise, mul, scalar, sub, add } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, nodesOf, rewrite } from '../graph.ts';
import { isNear, productOf, scalarValue, without } from './match.ts';

/** One input of GELU with the nodes that its usual spelling leaves behind. */
interface Site {
  readonly x: GraphNode;
  /** `1 + erf(x / sqrt 2)`. */
  readonly twiceShare: GraphNode;
}

/**
 * Fuses `x * (1 + erf(x / sqrt 2)) / 2`, however bracketed, to one operator, and its gradient to the least number of
 * passes over memory. The gradient computes erf anew, so that between forward and backward pass only `x` is kept.
 */
export function gelu(graph: Graph): Graph {
  const sites = findSites(graph);
  if (sites.length === 0) return graph;
  const whole = new Set(sites.flatMap(({ x, twiceShare }) => [x, twiceShare]));
  const results = new Map(nodesOf(graph).flatMap((node) => forward(node, sites, whole) ?? []));
  // A gradient may contain the result itself, which is not to be taken apart again.
  for (const result of results.keys()) whole.add(result);
  const done = new Map<GraphNode, GraphNode>();
  const at = (node: GraphNode): GraphNode => done.get(node) as GraphNode;
  return rewrite(graph, (node, original) => {
    const x = results.get(original);
    const fused =
      x === undefined
        ? (backward(original, sites, whole, at) ?? node)
        : makeNode('com.microsoft:Gelu', [at(x)], {}, node.shape, node.dtype);
    done.set(original, fused);
    return fused;
  });
}

function findSites(graph: Graph): Site[] {
  return nodesOf(graph).flatMap((node) => {
    const [a, b] = node.inputs;
    if (node.op !== 'Add' || a === undefined || b === undefined) return [];
    const erf = [a, b].find((input) => input.op === 'Erf');
    const one = scalarValue(erf === a ? b : a);
    const x = erf === undefined || one !== 1 ? null : unscaled(erf.inputs[0] as GraphNode);
    return x === null ? [] : [{ x, twiceShare: node }];
  });
}

/** `x` of `x / sqrt 2`. */
function unscaled(node: GraphNode): GraphNode | null {
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined) return null;
  const [left, right] = [scalarValue(a), scalarValue(b)];
  if (node.op === 'Mul' && right !== null && isNear(right, Math.SQRT1_2)) return a;
  if (node.op === 'Mul' && left !== null && isNear(left, Math.SQRT1_2)) return b;
  return node.op === 'Div' && right !== null && isNear(right, Math.SQRT2) ? a : null;
}

type Lookup = (node: GraphNode) => GraphNode;

/** A node that is GELU, with its input. */
function forward(
  node: GraphNode,
  sites: readonly Site[],
  whole: ReadonlySet<GraphNode>,
): [readonly [result: GraphNode, x: GraphNode]] | null {
  if (node.op !== 'Mul') return null;
  const { factor, parts } = productOf(node, whole);
  if (!isNear(factor, 0.5) || parts.length !== 2) return null;
  const site = sites.find(({ x, twiceShare }) => without(parts, [x, twiceShare])?.length === 0);
  return site === undefined ? null : [[node, site.x]];
}

/** Matches `dy (1 + erf(x / sqrt 2)) / 2 + dy x exp(-x^2 / 2) / sqrt(2 pi)`; what is left over in both terms is `dy`. */
function backward(
  node: GraphNode,
  sites: readonly Site[],
  whole: ReadonlySet<GraphNode>,
  at: Lookup,
): GraphNode | null {
  if (node.op !== 'Add') return null;
  const [a, b] = node.inputs.map((input) => productOf(input, whole)) as [Term, Term];
  for (const site of sites) {
    const dy = gradientBehind(a, b, site) ?? gradientBehind(b, a, site);
    if (dy !== null) return slopeTimes(dy.parts.map(at), dy.factor, at(site.x));
  }
  return null;
}

type Term = ReturnType<typeof productOf>;

function gradientBehind(share: Term, density: Term, site: Site): Term | null {
  const dy = without(share.parts, [site.twiceShare]);
  const bell = density.parts.find((part) => isBell(part, site.x));
  if (dy === null || dy.length === 0 || bell === undefined) return null;
  const rest = without(density.parts, [site.x, bell]);
  const matches = rest !== null && rest.length === dy.length && without(rest, dy) !== null;
  const ratio = density.factor / share.factor;
  return matches && isNear(ratio, Math.sqrt(2 / Math.PI)) ? { factor: share.factor, parts: dy } : null;
}

/** `exp(-x^2 / 2)`. */
function isBell(node: GraphNode, x: GraphNode): boolean {
  if (node.op !== 'Exp') return false;
  const { factor, parts } = productOf(node.inputs[0] as GraphNode, new Set([x]));
  return isNear(factor, -0.5) && without(parts, [x, x])?.length === 0;
}

/** `factor dy (1 + erf(t) + 2 t exp(-t^2) / sqrt pi)` with `t = x / sqrt 2`; the constant hides in the exponent. */
function slopeTimes(parts: readonly GraphNode[], factor: number, x: GraphNode): GraphNode {
  const t = mul(x, scalar(Math.SQRT1_2));
  const exponent = sub(scalar(Math.log(2 / Math.sqrt(Math.PI))), mul(t, t));
  const density = mul(t, elementwise('Exp', [exponent]));
  const slope = add(add(elementwise('Erf', [t]), density), scalar(1));
  const dy = parts.reduce((product, part) => mul(product, part));
  return mul(mul(dy, scalar(factor)), slope);
}
