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
  hindrance(packed: Packed): Promise<string>;
  Drawing: new (plot: HTMLElement, packed: Packed) => Drawing;
  Handles: new (
    root: HTMLElement,
    plot: HTMLElement,
    position: (name: string) => number,
    move: (positions: Record<string, number>) => void,
  ) => Handles;
}

declare const Plotly: any;
declare var lstmLab: LstmLab;

interface Window {
  lstmLab: any;
  Plotly?: any;
}
