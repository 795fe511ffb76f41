/** The three hosts of the page, each as a source of documents. */

import { addressKey } from "./cache";
import type { Documents, Proteins } from "./documents";
import type { Parameters, Source } from "./source";

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
  };
}

async function answered<T>(request: Promise<Response>): Promise<T> {
  const response = await request.catch(() => {
    throw new Error("The server does not answer. Is it still running?");
  });
  const content: unknown = await response.json().catch(() => null);
  if (response.ok && content !== null) return content as T;
  const told = (content as { error?: unknown } | null)?.error;
  throw new Error(typeof told === "string" ? told : `The server answered ${response.status}.`);
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
  return {
    get: async <Name extends keyof Documents>(name: Name, parameters: Parameters) => {
      if (name !== "proteins") return (await find(name, parameters)) as Documents[Name];
      const all = (await find("proteins", { query: "" })) as Proteins;
      return search(all, parameters.query ?? "") as Documents[Name];
    },
  };
}

const MOST_FOUND = 50;

function search(all: Proteins, query: string): Proteins {
  const wanted = query.toLowerCase();
  const found = all.proteins.filter((protein) => protein.id.toLowerCase().includes(wanted));
  return { query, total: found.length, proteins: found.slice(0, MOST_FOUND) };
}

async function unpack(element: Element | null): Promise<Record<string, unknown>> {
  if (!element) throw new Error("A part of this file is missing.");
  const bytes = Uint8Array.from(atob(element.textContent ?? ""), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Record<string, unknown>;
}
