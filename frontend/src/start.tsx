import { render } from "preact";
import { App } from "./App";
import type { Source } from "./data/sources";
import { readAddress } from "./state/choice";
import { message } from "./state/loaded";
import { createPage, note, type Page } from "./state/pageState";
import { startTheme } from "./state/theme";

export interface Host {
  readonly source: Source;
  /** Give the address of viewer.js; null where there is none. */
  readonly viewer: (() => Promise<string>) | null;
  /** What is chosen at first, as an address has it. */
  readonly address: string;
  /** Keep what is chosen and the host the same; returns how to stop. */
  readonly follow: (page: Page) => () => void;
}

/** Show the page in an element; returns how to take it away. Where it cannot start, it says why. */
export async function start(root: HTMLElement, host: Host): Promise<() => void> {
  root.classList.add("protlens");
  try {
    const index = await host.source.get("index", {});
    const { choice, notes } = readAddress(host.address, index);
    const page = createPage({ index, source: host.source, viewer: host.viewer, choice });
    for (const text of notes) note(page, text);
    const stops = [startTheme(page.theme), host.follow(page), page.dispose];
    render(<App page={page} root={root} />, root);
    return () => {
      render(null, root);
      for (const stop of stops) stop();
    };
  } catch (error) {
    render(<p role="alert">The page cannot start: {message(error)}</p>, root);
    return () => render(null, root);
  }
}
