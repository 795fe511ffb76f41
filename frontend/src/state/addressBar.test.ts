import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Source } from "../data/sources";
import { makeIndex } from "../data/testDocuments";
import { followAddress, HASH, type Place, QUERY } from "./addressBar";
import { startOf } from "./choice";
import { choose, createPage } from "./pageState";

beforeEach(() => {
  vi.useFakeTimers();
  const listeners = new EventTarget();
  const location = { search: "", hash: "", pathname: "/heads" };
  const replaceState = vi.fn((_state: unknown, _title: string, address: string) => {
    const { search, hash } = new URL(address, "http://x/heads");
    Object.assign(location, { search: address.startsWith("#") ? location.search : search, hash });
  });
  vi.stubGlobal("location", location);
  vi.stubGlobal("history", { state: null, replaceState });
  vi.stubGlobal("window", listeners);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function follow(place: Place) {
  const index = makeIndex();
  const get = async () => {
    throw new Error("nothing is here");
  };
  const page = createPage({ index, source: { get } as unknown as Source, viewer: null, choice: startOf(index) });
  return { page, stop: followAddress(page, place) };
}

function goTo(part: "search" | "hash", text: string) {
  location[part] = text;
  window.dispatchEvent(new Event(part === "search" ? "popstate" : "hashchange"));
}

describe.each([
  ["query", QUERY, "search", "?"],
  ["hash", HASH, "hash", "#"],
] as const)("the %s", (_, place, part, mark) => {
  it("follows what is chosen, once for many changes", () => {
    const { page } = follow(place);
    vi.advanceTimersByTime(1000);
    const before = vi.mocked(history.replaceState).mock.calls.length;
    for (const head of ["1-1", "1-2", "1-3"]) choose(page, { head });
    vi.advanceTimersByTime(1000);
    expect(vi.mocked(history.replaceState).mock.calls.length).toBe(before + 1);
    expect(location[part]).toBe(`${mark}head=1-3`);
    choose(page, { head: "2-1" });
    vi.advanceTimersByTime(1000);
    expect(location[part]).toBe("");
  });

  it("changes what is chosen when the user goes back", () => {
    const { page } = follow(place);
    choose(page, { head: "1-3", arcs: 7 });
    goTo(part, `${mark}head=3-2&show=holds`);
    expect(page.choice.head.value).toBe("3-2");
    expect(page.choice.show.value).toBe("holds");
    expect(page.choice.arcs.value).toBe(30);
    expect(page.notes.value).toEqual([]);
  });

  it("that asks for what is not here is mended, with a note", () => {
    const { page } = follow(place);
    goTo(part, `${mark}head=9-9`);
    vi.advanceTimersByTime(1000);
    expect(page.choice.head.value).toBe("2-1");
    expect(page.notes.value).toHaveLength(1);
    expect(location[part]).toBe("");
  });

  it("is let go at the end", () => {
    const { page, stop } = follow(place);
    stop();
    goTo(part, `${mark}head=3-2`);
    choose(page, { head: "1-2" });
    vi.advanceTimersByTime(1000);
    expect(location[part]).toBe(`${mark}head=3-2`);
  });
});

it("a hash that leads to a heading changes nothing, and stays", () => {
  const { page } = follow(HASH);
  choose(page, { head: "1-3" });
  choose(page, { head: "2-1" });
  goTo("hash", "#methods");
  vi.advanceTimersByTime(1000);
  expect(page.choice.head.value).toBe("2-1");
  expect(location.hash).toBe("#methods");
  choose(page, { head: "1-3" });
  goTo("hash", "#methods");
  expect(page.choice.head.value).toBe("1-3");
});
