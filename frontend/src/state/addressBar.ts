import { effect } from "@preact/signals";
import { readAddress, writeAddress } from "./choice";
import { choiceOf, choose, note, type Page } from "./pageState";

/** Where the state of the page stands in the address: the query of a server's page, the hash of a file's. */
export interface Place {
  readonly read: () => string;
  readonly write: (text: string) => void;
  readonly event: "popstate" | "hashchange";
}

export const QUERY: Place = {
  read: () => location.search,
  write: (text) => history.replaceState(history.state, "", text ? `?${text}` : location.pathname),
  event: "popstate",
};

/** A hash that is no state leads to a heading of the report. */
export const HASH: Place = {
  read: () => (location.hash.includes("=") ? location.hash.slice(1) : ""),
  write: (text) => {
    if (text || location.hash.includes("=")) history.replaceState(history.state, "", `#${text}`);
  },
  event: "hashchange",
};

const PAUSE = 150;

/** Keep the address and what is chosen the same, whichever changes; returns how to stop. */
export function followAddress(page: Page, place: Place): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    const text = writeAddress(choiceOf(page.choice), page.index);
    clearTimeout(timer);
    timer = setTimeout(() => place.write(text), PAUSE);
  };
  const stop = effect(write);
  const read = () => {
    const text = place.read();
    if (place.event === "hashchange" && !text && location.hash) return;
    const { choice, notes } = readAddress(text, page.index);
    choose(page, choice);
    for (const one of notes) note(page, one);
    if (notes.length) write();
  };
  window.addEventListener(place.event, read);
  return () => {
    clearTimeout(timer);
    stop();
    window.removeEventListener(place.event, read);
  };
}
