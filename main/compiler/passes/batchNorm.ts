import { add, div, elementwise, mul, reduce, reshape, scalar } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, nodesOf, sameShape, sizeOf, withInputs } from '../graph.ts';

/** A sum of images with one factor per channel, plus one number per channel; null stands for 1 and 0. */
interface Combination {
  readonly terms: readonly { readonly base: GraphNode; readonly scale: GraphNode | null }[];
  readonly bias: GraphNode | null;
}

const LINEAR = new Set(['Add', 'Sub', 'Mul', 'Div', 'Neg']);

/**
 * Fuses batch normalisation, forward and backward. Chains of sums, differences and products between images
 * [N, H, W, C] and numbers per channel become one `ChannelAffine`; channel sums of such chains become arithmetic on
 * vectors; channel sums of products of two images become one `ChannelDot`. Nothing here looks for batch norm by name,
 * so every way of writing it works.
 */
export function batchNorm(graph: Graph): Graph {
  const fusion = new Fusion(graph);
  for (const node of nodesOf(graph)) fusion.visit(node);
  return { outputs: new Map([...graph.outputs].map(([name, node]) => [name, fusion.value(node)])) };
}

class Fusion {
  private readonly users = new Map<GraphNode, GraphNode[]>();
  private readonly results: ReadonlySet<GraphNode>;
  private readonly combinations = new Map<GraphNode, Combination>();
  private readonly values = new Map<GraphNode, GraphNode>();
  /** What a fused node was made of. */
  private readonly definitions = new Map<GraphNode, Combination>();

  constructor(graph: Graph) {
    this.results = new Set(graph.outputs.values());
    for (const node of nodesOf(graph)) {
      for (const input of node.inputs) this.users.set(input, [...(this.users.get(input) ?? []), node]);
    }
  }

  visit(node: GraphNode): void {
    if (this.isLinear(node)) {
      const combination = this.combine(node);
      this.combinations.set(node, combination);
      if (this.mustExist(node, combination)) this.value(node);
      return;
    }
    if (this.isProductForSums(node)) return;
    if (node.op === 'Relu' && this.unfinished(node)) this.finish(node, this.emit(this.pending(node), 'Relu'));
    else if (isChannelSum(node)) this.finish(node, this.channelSum(node));
    else this.finish(node, this.plainValue(node));
  }

  /** The node that computes an original node. */
  value(node: GraphNode): GraphNode {
    const known = this.values.get(node);
    if (known !== undefined) return known;
    const combination = this.combinations.get(node);
    const value = combination === undefined ? this.plainValue(node) : this.emit(combination, '');
    if (combination !== undefined && value.op === 'ChannelAffine') this.definitions.set(value, combination);
    return this.finish(node, value);
  }

  private finish(node: GraphNode, value: GraphNode): GraphNode {
    this.values.set(node, value);
    if (isImage(node)) this.combinations.set(node, { terms: [{ base: value, scale: null }], bias: null });
    return value;
  }

  private plainValue(node: GraphNode): GraphNode {
    return withInputs(
      node,
      node.inputs.map((input) => this.value(input)),
    );
  }

  private usersOf(node: GraphNode): readonly GraphNode[] {
    return this.users.get(node) ?? [];
  }

  private isLinear(node: GraphNode): boolean {
    if (!LINEAR.has(node.op) || !isImage(node)) return false;
    const images = node.inputs.filter((input) => sameShape(input.shape, node.shape));
    const others = node.inputs.filter((input) => !sameShape(input.shape, node.shape));
    if (images.length === 0 || !others.every((input) => isPerChannel(input, node))) return false;
    if (node.op === 'Mul') return images.length === 1;
    return node.op !== 'Div' || (images.length === 1 && images[0] === node.inputs[0]);
  }

  /** A product of two images that only channel sums read. */
  private isProductForSums(node: GraphNode): boolean {
    if (node.op !== 'Mul' || !isImage(node) || this.results.has(node)) return false;
    if (!node.inputs.every((input) => sameShape(input.shape, node.shape))) return false;
    return this.usersOf(node).length > 0 && this.usersOf(node).every(isChannelSum);
  }

  /** True when something reads the combination's elements rather than absorbing it. */
  private mustExist(node: GraphNode, combination: Combination): boolean {
    if (this.results.has(node)) return true;
    const users = this.usersOf(node);
    if (combination.terms.length > 1 && users.length > 1) return true;
    return (
      users.some((user) => !this.absorbs(user, combination)) ||
      users.filter((user) => user.op === 'Relu').length > 1
    );
  }

  private absorbs(user: GraphNode, combination: Combination): boolean {
    if (this.isLinear(user) || isChannelSum(user) || user.op === 'Relu') return true;
    return this.isProductForSums(user) && combination.terms.length === 1 && combination.bias === null;
  }

  private unfinished(relu: GraphNode): boolean {
    const input = relu.inputs[0] as GraphNode;
    return this.isLinear(input) && !this.values.has(input);
  }

  private pending(relu: GraphNode): Combination {
    return this.combinationOf(relu.inputs[0] as GraphNode);
  }

  private combinationOf(node: GraphNode): Combination {
    return this.combinations.get(node) ?? { terms: [{ base: this.value(node), scale: null }], bias: null };
  }

  private combine(node: GraphNode): Combination {
    const [a, b] = node.inputs as [GraphNode, GraphNode];
    if (node.op === 'Neg') return scaled(this.combinationOf(a), scalar(-1));
    const image = sameShape(a.shape, node.shape) ? a : b;
    const other = image === a ? b : a;
    if (node.op === 'Mul') return scaled(this.combinationOf(image), asVector(this.value(other)));
    if (node.op === 'Div') return scaled(this.combinationOf(a), div(scalar(1), asVector(this.value(b))));
    const sign = node.op === 'Sub' ? scalar(-1) : null;
    const second = sign === null ? this.operand(b, node) : scaled(this.operand(b, node), sign);
    return summed(this.operand(a, node), second);
  }

  private operand(input: GraphNode, node: GraphNode): Combination {
    if (sameShape(input.shape, node.shape)) return this.combinationOf(input);
    return { terms: [], bias: asVector(this.value(input)) };
  }

  /** Sums by elementwise operators where no channel is treated differently, else one fused node. */
  private emit(combination: Combination, activation: '' | 'Relu'): GraphNode {
    const { terms, bias } = combination;
    const perChannel = [bias, ...terms.map((term) => term.scale)].some(
      (x) => x !== null && sizeOf(x.shape) > 1,
    );
    if (perChannel) return fused(combination, activation);
    const parts = terms.map(({ base, scale }) => (scale === null ? base : mul(base, scale)));
    const total = parts.reduce((sum, part) => add(sum, part));
    const shifted = bias === null ? total : add(total, bias);
    return activation === '' ? shifted : elementwise(activation, [shifted]);
  }

  private channelSum(node: GraphNode): GraphNode {
    const input = node.inputs[0] as GraphNode;
    const count = sizeOf(input.shape.slice(0, 3));
    const mean = this.isProductForSums(input) ? this.dot(input, count) : this.mean(this.combinationOf(input));
    return reshape(node.op === 'ReduceMean' ? mean : mul(mean, scalar(count)), node.shape);
  }

  /** Mean over a product of two images: constant factors leave the sum. */
  private dot(product: GraphNode, count: number): GraphNode {
    const [a, b] = product.inputs.map((input) => this.single(input)) as [Single, Single];
    const channels = [product.shape[3] as number];
    const sum = makeNode('ChannelDot', [a.base, b.base], {}, channels, 'float32');
    const scale = multiplied(a.scale, b.scale);
    const mean = mul(sum, scalar(1 / count));
    return scale === null ? mean : mul(mean, scale);
  }

  private single(input: GraphNode): Single {
    const { terms, bias } = this.combinationOf(input);
    const [first] = terms;
    if (first !== undefined && terms.length === 1 && bias === null) return first;
    return { base: this.value(input), scale: null };
  }

  /** Mean per channel; for fused images it follows from the images they were made of. */
  private mean(combination: Combination): GraphNode {
    const channels = [combination.terms[0]?.base.shape[3] ?? 1];
    const parts = combination.terms.map(({ base, scale }) => {
      const definition = this.definitions.get(base);
      const own =
        definition?.terms.length === 1 ? this.mean(definition) : reduce('ReduceMean', base, [0, 1, 2], false);
      return scale === null ? own : mul(own, scale);
    });
    if (combination.bias !== null) parts.push(combination.bias);
    const total = parts.reduce((sum, part) => add(sum, part));
    return sameShape(total.shape, channels) ? total : reshape(total, channels);
  }
}

interface Single {
  readonly base: GraphNode;
  readonly scale: GraphNode | null;
}

function isImage(node: GraphNode): boolean {
  return (
    node.shape.length === 4 &&
    node.dtype === 'float32' &&
    (node.shape[1] as number) * (node.shape[2] as number) > 1
  );
}

/** A scalar, or one number per channel. */
function isPerChannel(node: GraphNode, image: GraphNode): boolean {
  const size = sizeOf(node.shape);
  return size === 1 || (size === image.shape[3] && node.shape[node.shape.length - 1] === size);
}

function isChannelSum(node: GraphNode): boolean {
  if (node.op !== 'ReduceSum' && node.op !== 'ReduceMean') return false;
  const axes = node.attributes['axes'] as readonly number[];
  return axes.join() === '0,1,2' && isImage(node.inputs[0] as GraphNode);
}

function asVector(node: GraphNode): GraphNode {
  const size = sizeOf(node.shape);
  return reshape(node, size === 1 ? [] : [size]);
}

function multiplied(a: GraphNode | null, b: GraphNode | null): GraphNode | null {
  if (a === null) return b;
  return b === null ? a : mul(a, b);
}

function scaled(combination: Combination, factor: GraphNode): Combination {
  const terms = combination.terms.map(({ base, scale }) => ({ base, scale: multiplied(scale, factor) }));
  return { terms, bias: combination.bias === null ? null : mul(combination.bias, factor) };
}

/** Sum of two combinations; terms on the same image are collected. */
function summed(a: Combination, b: Combination): Combination {
  const terms = [...a.terms];
  for (const term of b.terms) {
    const index = terms.findIndex(({ base }) => base === term.base);
    const known = terms[index];
    if (known === undefined) terms.push(term);
    else terms[index] = { base: term.base, scale: add(known.scale ?? scalar(1), term.scale ?? scalar(1)) };
  }
  const bias = a.bias !== null && b.bias !== null ? add(a.bias, b.bias) : (a.bias ?? b.bias);
  return { terms, bias };
}

/** `ChannelAffine`: inputs are bias, then image and scale of every term; all vectors of length C. */
function fused({ terms, bias }: Combination, activation: string): GraphNode {
  const image = (terms[0] as Single).base;
  const channels = [image.shape[3] as number];
  const vector = (x: GraphNode | null, neutral: number): GraphNode => {
    const value = x ?? scalar(neutral);
    return sameShape(value.shape, channels) ? value : makeNode('Expand', [value], {}, channels, 'float32');
  };
  const inputs = [vector(bias, 0), ...terms.flatMap(({ base, scale }) => [base, vector(scale, 1)])];
  return makeNode('ChannelAffine', inputs, { activation }, image.shape, 'float32');
}
