// What the scripts of this folder share; for the type checker alone, no page loads it.

interface Window {
  labPython: any;
}

declare var labPython: any;
declare function loadPyodide(options: object): Promise<any>;
