// What the book's scripts share; for the type checker alone, no page loads it.

/** A value that differs between states: packed numbers (`shapes`, `low`, `step`, `lag`) or a table of `values`. */
interface Leaf {
  path: (string | number)[];
  index: number[];
  values: any[];
  shapes?: (number[] | null)[];
  low: number;
  step: number;
  lag: number;
}

/** All states of an explorer, as lstm_lab/interact/pack.py packs them. */
interface Packed {
  keys: string[];
  leaves: Leaf[];
  template: { data: any[]; layout: any };
  stateOf: Map<string, number>;
}

/** A control as it stands in a page. */
interface Control {
  name: string;
  texts: string[];
  values: (string | number | boolean)[];
  only: Record<string, (string | number | boolean)[]>;
}

interface Drawing {
  readonly shown: { data: any[]; layout: any };
  draw(state: number, say: (sentence: string) => void): Promise<void>;
}

/** Where a handle of a figure stands on an axis: at a place, or at the places of a control's values. */
interface HandleSide {
  axis: string;
  stands?: number;
  control?: string;
  at?: number[];
}

interface Handle {
  x: HandleSide;
  y: HandleSide;
}

interface Handles {
  show(handles: Handle[]): void;
}

interface LstmLab {
  payload(key: string, text: string): void;
  themes: Record<string, any>;
  unpack(text: string): Promise<Packed>;
  withLabels(traces: any[], layout: any): any[];
  writeSentence(place: Element, sentence: string): void;
  hindrance(packed: Packed): Promise<string>;
  Drawing: new (plot: HTMLElement, packed: Packed) => Drawing;
  Handles: new (
    root: HTMLElement,
    plot: HTMLElement,
    position: (name: string) => number,
    move: (positions: Record<string, number>) => void,
  ) => Handles;
}

/** What was predicted at a box: a choice, a curve, or `shown` if the answer was looked up. `asked` tells the question. */
interface Guess {
  asked: string;
  choice?: number;
  curve?: [number, number][];
  near?: string;
  shown?: boolean;
}

/** What the check of an exercise said last, and what it said of the last answer that was not right. */
interface Checked {
  passed: boolean;
  message: string;
  mistake?: string;
}

/** What a reader has done, by chapter ("06-vanishing-gradient"). */
interface Progress {
  /** The exercises of a chapter that are solved, by name. */
  solved(chapter: string): string[];
  /** Note that an exercise is solved. */
  solve(chapter: string, exercise: string): void;
  /** The steps of help that are open at an exercise: "hint", "half", "solution". */
  opened(chapter: string, exercise: string): string[];
  /** Note that a step is open, or closed again. */
  open(chapter: string, exercise: string, step: string, isOpen: boolean): void;
  /** The steps of help that were opened before an exercise was solved. */
  helped(chapter: string, exercise: string): string[];
  /** Note that steps were opened before it was solved. */
  help(chapter: string, exercise: string, steps: string[]): void;
  /** What the check of an exercise said last, or null. */
  checked(chapter: string, exercise: string): Checked | null;
  /** Keep what a check said. */
  check(chapter: string, exercise: string, passed: boolean, message: string): void;
  /** What was typed into a cell with that original, or null. */
  answer(chapter: string, hash: string): string | null;
  /** Keep what was typed; null forgets it. */
  keep(chapter: string, hash: string, code: string | null): void;
  /** What was predicted at a box, or null. */
  guess(chapter: string, box: string): Guess | null;
  /** Keep a prediction; null forgets it. */
  predict(chapter: string, box: string, guess: Guess | null): void;
  /** The boxes of a chapter at which something was predicted, or looked up. */
  predicted(chapter: string): string[];
  /** Forget all that is kept of this book, how far it was read too. */
  erase(): void;
  /** Call a listener when this page or another tab has changed something. */
  onChange(listener: () => void): void;
}

declare const Plotly: any;
declare var lstmLab: LstmLab;

interface Window {
  labProgress: Progress;
  lstmLab: any;
  Plotly?: any;
}
