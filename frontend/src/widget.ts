/** The page in a notebook: documents come as messages from the kernel, what is chosen stands in traits. */

import { effect } from "@preact/signals";
import type { Documents } from "./data/documents";
import type { Parameters, Source } from "./data/sources";
import type { Host } from "./start";
import { readAddress } from "./state/choice";
import { choose, note, type Page } from "./state/pageState";

/** What is used of a widget's model, as anywidget hands it over. */
export interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
}

type Answer = { id?: unknown; document?: unknown; error?: unknown };
type Waiting = {
  resolve: (answer: { document: unknown; buffers: DataView[] }) => void;
  reject: (error: Error) => void;
};

const CHOSEN = ["property", "mode", "head", "protein"] as const;

/** A kernel answers `{kind, id, ...}` with `{id, document}` or `{id, error}`. */
function conversation(model: WidgetModel) {
  const waiting = new Map<string, Waiting>();
  const hear = (answer: Answer, buffers: DataView[]) => {
    const asked = waiting.get(String(answer?.id));
    waiting.delete(String(answer?.id));
    if (typeof answer?.error === "string") asked?.reject(new Error(answer.error));
    else asked?.resolve({ document: answer?.document, buffers });
  };
  model.on("msg:custom", hear);
  const ask = (request: Record<string, unknown>) =>
    new Promise<{ document: unknown; buffers: DataView[] }>((resolve, reject) => {
      const id = crypto.getRandomValues(new Uint32Array(4)).join("-"); // randomUUID is missing on plain http
      waiting.set(id, { resolve, reject });
      model.send({ ...request, id });
    });
  return { ask, stop: () => model.off("msg:custom", hear) };
}

/** Keep the traits and what is chosen the same, whichever changes. */
function followTraits(page: Page, model: WidgetModel): () => void {
  let writing = false;
  const write = () => {
    writing = true;
    for (const name of CHOSEN) model.set(name, page.choice[name].value);
    model.set("residue", page.selected.value);
    writing = false;
    model.save_changes();
  };
  const read = () => {
    if (writing) return;
    const { choice, notes } = readAddress(traitAddress(model), page.index);
    const { property, mode, head, protein } = choice;
    choose(page, { property, mode, head, protein });
    for (const text of notes) note(page, text);
    if (notes.length) write();
  };
  const select = () => {
    if (!writing) page.selected.value = residueOf(model);
  };
  const stopWriting = effect(write);
  for (const name of CHOSEN) model.on(`change:${name}`, read);
  model.on("change:residue", select);
  return () => {
    stopWriting();
    for (const name of CHOSEN) model.off(`change:${name}`, read);
    model.off("change:residue", select);
  };
}

function residueOf(model: WidgetModel): number | null {
  const residue = model.get("residue");
  return typeof residue === "number" ? residue : null;
}

function traitAddress(model: WidgetModel): string {
  const given = CHOSEN.flatMap((name) => {
    const value = model.get(name);
    return typeof value === "string" && value ? [[name, value]] : [];
  });
  return new URLSearchParams(given).toString();
}

export function widgetHost(model: WidgetModel): Host & { stop: () => void } {
  const { ask, stop } = conversation(model);
  const source: Source = {
    get: async <Name extends keyof Documents>(name: Name, parameters: Parameters) =>
      (await ask({ kind: "get", name, parameters })).document as Documents[Name],
  };
  const viewer = async () => {
    const { buffers } = await ask({ kind: "viewer" });
    return URL.createObjectURL(new Blob(buffers as BlobPart[], { type: "text/javascript" }));
  };
  return { source, viewer, address: traitAddress(model), follow: (page) => followTraits(page, model), stop };
}
