// The types that the modules share. Nothing here runs.

/** A list of numbers: as they are, as little-endian floats in base64, or as bytes to be divided by `scale`. */
type Packed = number[] | { f8: string } | { f4: string } | { u1: string; scale: number };

/** A number in a line: its key, how many digits it gets, and whether a negative one gets brackets. */
type Slot = [key: string, digits: number, brackets: number];

/** One recorded line: function, line, lines, calculates, layer (from 0), neuron, weight, result, numbers, only if. */
type RawEvent = [number, number, number, number, number, number | "*", number, string, (string | Slot)[], string?];

interface Change {
  step: number;
  parameters?: Float64Array;
  learningRate?: number;
  text: string;
  /** Recorded by Python, not made on the page. */
  recorded?: boolean;
}

/** One step as it was recorded, where the page has no engine. */
interface Frozen {
  values: Record<string, number>;
  after: { a: number[]; L: number; mean: [number, number] };
  text: string;
}

interface PageData {
  frozen?: Frozen;
  title: string;
  sizes: number[];
  layers: { name: string; act: string }[];
  loss: { name: string; scale: number };
  optimiser: { name: string; text: string };
  image: null | { width: number; height: number; highest: number };
  classes: null | { outputBoundary?: number; labelBoundary?: number; names?: string[] };
  examples: { x: Packed; y: Packed; number: number; total: number };
  shown: number;
  training: {
    learningRate: number;
    batchSize: number;
    epochs: number;
    order: number[] | number[][];
    start: Packed;
    state: Packed | null;
    events: { step: number; parameters?: Packed; learningRate?: number; text: string }[];
    loss: Packed | null;
    accuracy: Packed | null;
    solved?: number | null;
    checkpoints: null | { step: number; epoch: number; parameters: Packed }[];
  };
  walk: {
    functions: SourceFunction[];
    groups: { phase: number; repeat: number; events: RawEvent[] }[];
  };
}

interface SourceFunction {
  name: string;
  file: string;
  first: number;
  lines: string[];
  /** The docstring and the checks at the top: first and last line of each. */
  fold: [number, number][];
}

interface Example {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** What `makeEngine` gives, the text that Python writes for this model. */
interface Engine {
  parameters: string[];
  variables: string[];
  stateSize: number;
  pass(parameters: Float64Array, x: ArrayLike<number>, y: ArrayLike<number>, variables?: Float64Array): number;
  forward(parameters: Float64Array, x: ArrayLike<number>, variables?: Float64Array): number[];
  predict(parameters: Float64Array, x: ArrayLike<number>): number[];
  loss(parameters: Float64Array, x: ArrayLike<number>, y: ArrayLike<number>): number;
  addGradients(variables: Float64Array, sums: Float64Array): void;
  step(p: Float64Array, sums: Float64Array, numExamples: number, rate: number, state?: Float64Array | null): void;
}

declare function makeEngine(math: Math): Engine;

/** One line of the walk. `layer` counts from 1 as the keys do, and is 0 where the line is about no layer. */
interface WalkEvent {
  phase: number;
  fn: number;
  line: number;
  numLines: number;
  calculates: boolean;
  layer: number;
  neuron: number;
  weight: number;
  result: string;
  numbers: (string | Slot)[];
}

/** What the numbers of one moment are made of. */
interface Moment {
  parameters: Float64Array;
  example: Example;
  variables: Float64Array;
  learningRate: number;
  /** The parameters after the step. */
  next: Float64Array;
  /** What the optimiser remembers before the step, and after it. */
  state: Float64Array;
  nextState: Float64Array;
}

/** A number in the picture. */
interface Cell {
  key: string;
  group: SVGGElement;
  text: SVGTextElement;
  /** It can be dragged and typed in Live. */
  canChange: boolean;
  x: number;
  y: number;
}

/** A weight as a line, from neuron i of the layer before to neuron j of layer l. */
interface Edge {
  l: number;
  j: number;
  i: number;
  d: string;
  element: SVGPathElement;
}

/** A canvas that shows what a neuron answers for all inputs. */
interface Tile {
  l: number;
  j: number;
  canvas: HTMLCanvasElement;
}

/** The picture of the network as it was built for one size of the page. */
interface Picture {
  level: string;
  zoom: number;
  root: SVGSVGElement;
  /** Above the canvases. */
  over: SVGSVGElement;
  cells: Map<string, Cell>;
  edges: Edge[];
  /** From each output to the loss. */
  wires: { d: string; element: SVGPathElement }[];
  /** The box of each neuron by "l:j"; the loss's is "loss". */
  boxes: Map<string, SVGGElement>;
  tiles: Tile[];
  /** Neurons drawn as dots, which get the colour of their number. */
  dots: { shape: SVGElement; key: string }[];
  plane: { canvas: HTMLCanvasElement; marks: SVGSVGElement; size: number } | null;
  image: { canvas: HTMLCanvasElement } | null;
  /** Glows under the line on which something travels. */
  halo: SVGPathElement;
  /** The way from the chosen number to the loss. */
  path: SVGPathElement;
  pills: SVGGElement;
  /** Room at the lower left for the running line as a picture. */
  corner: HTMLElement | null;
  /** The key of the cell that the Tab key stops at. */
  focus: string;
}
