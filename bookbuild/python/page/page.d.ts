// What the scripts of this folder share; for the type checker alone, no page loads it.

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
  /** What was typed into a cell with that original, or null. */
  answer(chapter: string, hash: string): string | null;
  /** Keep what was typed; null forgets it. */
  keep(chapter: string, hash: string, code: string | null): void;
  /** Call a listener when this page or another tab has changed something. */
  onChange(listener: () => void): void;
}

interface Window {
  labProgress: Progress;
  labPython: any;
}

declare var labPython: any;
declare function loadPyodide(options: object): Promise<any>;
