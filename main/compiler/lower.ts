import { ONNX_TYPE } from './build.ts';
import type { Attribute, Graph, GraphNode } from './graph.ts';
import { nodesOf } from './graph.ts';
import { bytesOf, signatureOf } from './hash.ts';
import type { AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './onnxSchema.ts';
import { ATTRIBUTE_TYPE, encodeModel } from './onnxSchema.ts';

/** A model ready for a session, with the names its inputs and outputs have. */
export interface LoweredModel {
  readonly bytes: Uint8Array;
  readonly nodeCount: number;
}

/** Attributes of our nodes that ONNX wants as int64 inputs, at these positions after the node's own inputs. */
const ATTRIBUTE_INPUTS: Readonly<Record<string, readonly string[]>> = {
  ReduceSum: ['axes'],
  ReduceMean: ['axes'],
  ReduceMax: ['axes'],
  ReduceMin: ['axes'],
  ReduceProd: ['axes'],
  ReduceSumSquare: ['axes'],
  Pad: ['pads'],
  Slice: ['starts', 'ends', 'axes', 'steps'],
  Tile: ['repeats'],
  TopK: ['k'],
  Split: ['split'],
};

/** Operators whose target shape is the node's own shape. */
const SHAPE_INPUTS = new Set(['Reshape', 'Expand']);

/**
 * Operators with several results, and how many of them have to be named. Others are named when something uses them: a
 * pool that need not say where its maxima lie is faster, and the only one that WebGPU has.
 */
const RESULT_COUNT: Readonly<Record<string, number>> = { TopK: 2, MaxPool: 1, LayerNormalization: 1 };

function resultCount({ op, attributes }: GraphNode): number | undefined {
  return op === 'Split' ? (attributes['split'] as readonly number[]).length : RESULT_COUNT[op];
}

class ModelWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly inputs: ValueInfoProto[] = [];
  private readonly names = new Map<GraphNode, string>();
  private readonly integers = new Map<string, string>();
  private readonly shared = new Map<string, string[]>();

  name(node: GraphNode): string {
    const known = this.names.get(node);
    if (known !== undefined) return known;
    const name = this.write(node);
    this.names.set(node, name);
    return name;
  }

  private write(node: GraphNode): string {
    if (node.op === 'Input') return this.writeInput(node);
    if (node.op === 'Constant') return this.writeConstant(node);
    const index = typeof node.attributes['result'] === 'number' ? node.attributes['result'] : 0;
    const inputs = node.inputs.map((input) => this.name(input));
    const extra = this.attributeInputs(node);
    const { result: _result, ...attributes } = node.attributes;
    const key = signatureOf({ ...node, attributes, shape: [], dtype: 'float32' }, inputs);
    const many = resultCount(node);
    const known = many === undefined ? undefined : this.shared.get(key);
    if (known !== undefined) return resultName(known, index);
    const base = `t${this.nodes.length}`;
    const outputs = many === undefined ? [base] : Array.from({ length: many }, (_, i) => `${base}_${i}`);
    const [first = '', ...rest] = inputs;
    const ordered = node.op === 'Pad' ? [first, ...extra, ...rest] : [...inputs, ...extra];
    this.nodes.push(nodeProto(node, ordered, outputs));
    if (many !== undefined) this.shared.set(key, outputs);
    return resultName(outputs, index);
  }

  private writeInput(node: GraphNode): string {
    const name = String(node.attributes['name']);
    this.inputs.push(valueInfo(name, node));
    return name;
  }

  private writeConstant(node: GraphNode): string {
    const name = `c${this.initializers.length}`;
    const rawData = node.data === null ? new Uint8Array() : bytesOf(node.data);
    this.initializers.push({ name, dataType: ONNX_TYPE[node.dtype], dims: node.shape, rawData });
    return name;
  }

  private attributeInputs(node: GraphNode): string[] {
    if (SHAPE_INPUTS.has(node.op)) return [this.integerVector(node.shape)];
    return (ATTRIBUTE_INPUTS[node.op] ?? []).map((name) => {
      const value = node.attributes[name];
      return this.integerVector(typeof value === 'number' ? [value] : (value as readonly number[]));
    });
  }

  /** An int64 initializer, shared between all users of the same values. */
  integerVector(values: readonly number[]): string {
    const key = values.join(',');
    const known = this.integers.get(key);
    if (known !== undefined) return known;
    const name = `c${this.initializers.length}`;
    const rawData = bytesOf(BigInt64Array.from(values, BigInt));
    this.initializers.push({ name, dataType: ONNX_TYPE.int64, dims: [values.length], rawData });
    this.integers.set(key, name);
    return name;
  }
}

/** The name of one of several results; names it, and those before it, where nothing has asked for them so far. */
function resultName(outputs: string[], index: number): string {
  const base = (outputs[0] as string).replace(/_0$/, '');
  while (outputs.length <= index) outputs.push(`${base}_${outputs.length}`);
  return outputs[index] as string;
}

function nodeProto(node: GraphNode, input: readonly string[], output: readonly string[]): NodeProto {
  const separator = node.op.indexOf(':');
  const hidden = new Set([...(ATTRIBUTE_INPUTS[node.op] ?? []), 'result']);
  const attribute = Object.entries(node.attributes)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => attributeProto(name, value));
  const domain = separator < 0 ? '' : node.op.slice(0, separator);
  return {
    name: output[0] as string,
    opType: node.op.slice(separator + 1),
    domain,
    input,
    output,
    attribute,
  };
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string')
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
}

function valueInfo(name: string, node: GraphNode): ValueInfoProto {
  const dim = node.shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: ONNX_TYPE[node.dtype], shape: { dim } } } };
}

const OPSETS = [
  { domain: '', version: 21 },
  { domain: 'com.microsoft', version: 1 },
  { domain: 'com.microsoft.nchwc', version: 1 },
];

/**
 * Writes a graph as one ONNX model. Every graph output gets an `Identity`, because ONNX neither renames values nor
 * lets an input be an output. Throws nothing of its own; a wrong node surfaces when the session is created.
 */
export function lowerGraph(graph: Graph, name = 'step'): LoweredModel {
  const writer = new ModelWriter();
  for (const node of nodesOf(graph)) writer.name(node);
  const output = [...graph.outputs].map(([outputName, node]) => {
    const input = [writer.name(node)];
    writer.nodes.push({
      name: outputName,
      opType: 'Identity',
      domain: '',
      input,
      output: [outputName],
      attribute: [],
    });
    return valueInfo(outputName, node);
  });
  const model: ModelProto = {
    irVersion: 10,
    producerName: 'compiler',
    opsetImport: OPSETS,
    graph: { name, node: writer.nodes, initializer: writer.initializers, input: writer.inputs, output },
  };
  return { bytes: encodeModel(model), nodeCount: writer.nodes.length };
}
