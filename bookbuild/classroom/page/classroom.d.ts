// What the scripts of this folder share; for the type checker alone, no page loads it.

/** What there is to predict at a box. `curve` are the measured points, if one is asked for. */
interface Asked {
  hash: string;
  asked: string;
  question: string;
  choices: { words: string; right: boolean; told: string }[];
  state: string;
  powers?: boolean;
  curve?: [number, number][];
}

interface Catalogue {
  book: string;
  edition: string;
  chapters: Record<string, {
    title: string;
    predictions: Record<string, Asked>;
    exercises: Record<string, { title: string; hash: string }>;
  }>;
}

/** What is kept of an exercise; `of` is the hash of the cell that `answer` was typed into. */
interface Attempt {
  of: string;
  solved: boolean;
  help: string[];
  answer?: string;
  check?: Checked;
}

/** What somebody did, by chapter. */
type Work = Record<string, { predictions: Record<string, Guess>; exercises: Record<string, Attempt> }>;

/** What a file or a code held: the work that fits this edition, and in words what does not. */
interface Sent {
  name: string;
  written: string;
  checksum: string;
  work: Work;
  misfits: string[];
}

/** One file of a class, or a code. Without `work` it does not count, for `reason`. */
interface Entry {
  source: string;
  sender: string;
  name: string;
  written: string;
  notes: string[];
  reason?: string;
  work?: Work;
}

interface Classroom {
  crc32(bytes: Uint8Array): number;
  gather(): Work;
  write(work: Work, name: string, when: Date): string;
  read(text: string): Sent;
  merge(work: Work): { taken: number; kept: string[] };
  encode(work: Work, wanted?: (chapter: string, box: string) => boolean): string;
  decode(code: string): Sent;
  size(work: Work): { predictions: number; exercises: number; solved: number };
  title(chapter: string): string;
  made(tag: string, attributes?: Record<string, any>, ...children: (Node | string)[]): any;
  between(curve: [number, number][], x: number): number;
  save(name: string, text: string, type: string): void;
  MOST_BYTES: number;
  unzip(bytes: Uint8Array<ArrayBuffer>): Promise<{ path: string; bytes?: Uint8Array; reason?: string }[]>;
  received(files: { path: string; file: File }[], codes: string): Promise<Entry[]>;
  counted(entries: Entry[]): any;
  table(entries: Entry[], named: boolean): string;
}

interface Window {
  labCatalogue: Catalogue;
  labClassroom: Classroom;
}
