import type { Scene } from "../../data/documents";
import type { Theme } from "../../drawing/colours";

/** A residue of a scene: `label_asym_id` and `label_seq_id`, which counts from one. */
export interface SceneResidue {
  asym: string;
  seq: number;
}

/** What lies under the pointer: a residue, or an arc by its place among the scene's tubes; `text` is plain. */
export interface Picked {
  residue: SceneResidue | null;
  arc: number | null;
  text: string;
}

/** From where a scene is looked at: all that two views of it need to be the same. */
export interface Sight {
  readonly position: readonly number[];
  readonly target: readonly number[];
  readonly up: readonly number[];
}

export interface Viewer {
  /**
   * Replace what is shown; resolves to whether it was, once it has been drawn: of several calls at once only the last is.
   *
   * The camera stays as long as `place`, a name for where things are, stays the same.
   */
  show(scene: Scene, options: { place: string }): Promise<boolean>;
  /** Mark residues, and unmark all others; as hovering does. */
  highlight(residues: readonly SceneResidue[]): void;
  /** Mark residues as chosen, and unmark all others. */
  select(residues: readonly SceneResidue[]): void;
  /** Bring residues into view; none means the whole scene. */
  focus(residues: readonly SceneResidue[]): void;
  /** Turn the scene about the centre of the view, in degrees: its front to the right, its front upwards. */
  turn(right: number, up: number): void;
  /** Bring the scene nearer by a factor. */
  zoom(factor: number): void;
  /** Call with what the pointer is over, null for nothing; returns how to stop. */
  onHover(listener: (picked: Picked | null) => void): () => void;
  /** Call with what was clicked, null for the background; returns how to stop. */
  onClick(listener: (picked: Picked | null) => void): () => void;
  /** From where the scene is seen now. */
  sight(): Sight;
  /** Look from there; who listens to this viewer is not told. */
  look(from: Sight): void;
  /** Call whenever the scene is seen from elsewhere, whoever turned it but `look`; returns how to stop. */
  onLook(listener: (from: Sight) => void): () => void;
  /** A PNG of the view with a transparent background. */
  image(): Promise<Blob>;
  setTheme(theme: Theme): void;
  /** To be called when the element has got another size. */
  resize(): void;
  dispose(): void;
}

/** The name of the error with which `createViewer` rejects where the browser has no WebGL. */
export type NoWebGL = "NoWebGLError";

/** What the file `viewer.js` exports; it is loaded with `import(url)` when a structure is first shown. */
export interface ViewerModule {
  /** Reject with an Error named `NoWebGLError` where WebGL is missing. */
  createViewer(element: HTMLElement, options: { theme: Theme }): Promise<Viewer>;
}
