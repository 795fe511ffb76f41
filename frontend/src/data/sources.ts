/** Where documents come from: a server, the page's own file, and those that were asked for before. */

import { CONTACTS } from "./arcs";
import type { Arcs, Documents, Gallery, ProteinEntry, Proteins } from "./documents";

export type Parameters = Readonly<Record<string, string>>;

/** Where the documents come from: a server, the file itself, or a notebook's kernel. */
export interface Source {
  /** Reject with an Error whose message can be shown. */
  get<Name extends keyof Documents>(name: Name, parameters: Parameters): Promise<Documents[Name]>;
  /** Hand over a structure file or a sequence and get the ids of its proteins; absent where nothing can be handed over. */
  submit?(kind: "structure" | "sequence", name: string, body: Blob | string): Promise<string[]>;
  /** The scene as a file for PyMOL (`pml`) or, in an archive, for ChimeraX (`zip`); absent where nobody writes it. */
  write?(kind: "pml" | "zip", parameters: Parameters): Promise<Blob>;
}

/** Write a document's address as the one string that frozen pages use too. */
export function addressKey(name: string, parameters: Parameters): string {
  const pairs = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return JSON.stringify([name, pairs]);
}

/** A server: documents lie beside the page. */
export function httpSource(base: string): Source {
  const address = (name: string, parameters: Parameters) => new URL(`${name}?${new URLSearchParams(parameters)}`, base);
  return {
    get: <Name extends keyof Documents>(name: Name, parameters: Parameters) =>
      answered<Documents[Name]>(
        fetch(address(`${name}.json`, parameters), { headers: { Accept: "application/json" } }),
      ),
    submit: async (kind, name, body) => {
      const request = fetch(address(`${kind}s`, { name }), { method: "POST", body });
      return (await answered<{ proteins: string[] }>(request)).proteins;
    },
    write: async (kind, parameters) => {
      const response = await reached(fetch(address(`scene.${kind}`, parameters)));
      return response.ok ? response.blob() : Promise.reject(await refused(response));
    },
  };
}

async function answered<T>(request: Promise<Response>): Promise<T> {
  const response = await reached(request);
  const content: unknown = response.ok ? await response.json().catch(() => null) : null;
  if (content !== null) return content as T;
  throw await refused(response);
}

function reached(request: Promise<Response>): Promise<Response> {
  return request.catch(() => {
    throw new Error("The server does not answer. Is it still running?");
  });
}

/** Why a server refused, in its own words where it has some. */
async function refused(response: Response): Promise<Error> {
  const content: unknown = response.bodyUsed ? null : await response.json().catch(() => null);
  const told = (content as { error?: unknown } | null)?.error;
  return new Error(typeof told === "string" ? told : `The server answered ${response.status}.`);
}

type Elements = (id: string) => Element | null;

/** The file itself: documents are in elements, packed, and unpacked when one of them is first asked for. */
export function frozenSource(element: Elements = (id) => document.getElementById(id)): Source {
  const unpacked = new Map<string, Promise<Record<string, unknown>>>();
  const open = (id: string) => {
    const found = unpacked.get(id) ?? unpack(element(id));
    unpacked.set(id, found);
    return found;
  };
  const find = async (name: string, parameters: Parameters): Promise<unknown> => {
    const main = await open("protlens-main");
    const key = addressKey(name, parameters);
    if (Object.hasOwn(main, key)) return main[key];
    const groups = main.groups as Record<string, string>;
    const protein = parameters.protein ?? parameters.id ?? "";
    const group = Object.hasOwn(groups, protein) ? groups[protein] : undefined;
    const content = group === undefined ? {} : await open(group);
    if (Object.hasOwn(content, key)) return content[key];
    throw new Error("This is not in the file; `protlens serve` shows everything.");
  };
  /** All heads of a protein that the file has: what a server computes, put together from their arcs. */
  const gallery = async (protein: string): Promise<Gallery> => {
    const groups = (await open("protlens-main")).groups as Record<string, string>;
    const group = Object.hasOwn(groups, protein) ? groups[protein] : undefined;
    const content = group === undefined ? {} : await open(group);
    const names = Object.keys(content).filter((key) => key.startsWith('["arcs"'));
    const arcs = names
      .map((key) => content[key] as Arcs)
      .filter((one) => one.protein === protein && one.head !== CONTACTS);
    const pick = <T>(one: Arcs, values: T[]) =>
      values.filter((_, at) => one.query[at] !== one.key[at]).slice(0, GALLERY_ARCS);
    return {
      protein,
      label: arcs.map((one) => one.head),
      query: arcs.map((one) => pick(one, one.query)),
      key: arcs.map((one) => pick(one, one.key)),
      weight: arcs.map((one) => pick(one, one.weight)),
      holds: Object.fromEntries(
        Object.keys(arcs[0]?.holds ?? {}).map((name) => [
          name,
          arcs.map((one) => pick(one, [...(one.holds[name] ?? "")]).join("")),
        ]),
      ),
    };
  };
  const example = async (parameters: Parameters) => {
    const best = (await find("example", { ...parameters, head: "" })) as Documents["example"];
    return { ...best, head: parameters.head || best.head };
  };
  return {
    get: async <Name extends keyof Documents>(name: Name, parameters: Parameters) => {
      if (name === "gallery") return (await gallery(parameters.protein ?? "")) as Documents[Name];
      if (name === "example") return (await example(parameters)) as Documents[Name];
      if (name !== "proteins") return (await find(name, parameters)) as Documents[Name];
      const all = (await find("proteins", { query: "" })) as Proteins;
      const labelled = (await open("protlens-main")).labelled as Record<string, string[]> | undefined;
      const among = parameters.labelled ? (labelled?.[parameters.property ?? ""] ?? []) : null;
      return search(all, parameters.query ?? "", among) as Documents[Name];
    },
  };
}

const MOST_FOUND = 50;
const GALLERY_ARCS = 24;

function search(all: Proteins, query: string, among: readonly string[] | null): Proteins {
  const wanted = query.toLowerCase();
  const called = ({ id, title = "", organism = "" }: ProteinEntry) => [id, title, organism];
  const found = all.proteins
    .filter((entry) => called(entry).some((name) => name.toLowerCase().includes(wanted)))
    .filter(({ id }) => among === null || among.includes(id));
  return { query, total: found.length, proteins: found.slice(0, MOST_FOUND) };
}

async function unpack(element: Element | null): Promise<Record<string, unknown>> {
  if (!element) throw new Error("A part of this file is missing.");
  const bytes = Uint8Array.from(atob(element.textContent ?? ""), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Record<string, unknown>;
}

/** Keep the documents used last, so that going back and forth asks only once.
 *
 * Failures are not kept, nor is anything when there is something new.
 */
export function cached(source: Source, size = 64): Source {
  const kept = new Map<string, Promise<unknown>>();
  const get = <Name extends keyof Documents>(name: Name, parameters: Parameters): Promise<Documents[Name]> => {
    const key = addressKey(name, parameters);
    const answer = (kept.get(key) as Promise<Documents[Name]> | undefined) ?? source.get(name, parameters);
    kept.delete(key);
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= size) break;
      kept.delete(oldest);
    }
    return answer;
  };
  const { submit } = source;
  const kin = source.write ? { get, write: source.write } : { get };
  if (!submit) return kin;
  return {
    ...kin,
    submit: async (...what) => {
      const ids = await submit(...what);
      kept.clear();
      return ids;
    },
  };
}
