import type { Documents } from "./documents";

export type Parameters = Readonly<Record<string, string>>;

/** Where the documents come from: a server, the file itself, or a notebook's kernel. */
export interface Source {
  /** Reject with an Error whose message can be shown. */
  get<Name extends keyof Documents>(name: Name, parameters: Parameters): Promise<Documents[Name]>;
  /** Hand over a structure file or a sequence and get the ids of its proteins; absent where nothing can be handed over. */
  submit?(kind: "structure" | "sequence", name: string, body: Blob | string): Promise<string[]>;
}
