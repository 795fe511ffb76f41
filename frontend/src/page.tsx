import { frozenSource, httpSource } from "./data/sources";
import { type Host, start } from "./start";
import { followAddress, HASH, QUERY } from "./state/addressBar";
import { type WidgetModel, widgetHost } from "./widget";
import "./page.css";

function hostOf(root: HTMLElement): Host {
  const frozen = root.dataset.host === "frozen";
  const place = frozen ? HASH : QUERY;
  const viewer = root.dataset.viewer;
  return {
    source: frozen ? frozenSource() : httpSource(document.baseURI),
    viewer: viewer ? async () => new URL(viewer, document.baseURI).href : null,
    address: place.read(),
    follow: (page) => followAddress(page, place),
  };
}

const root = document.getElementById("protlens-page");
if (root) void start(root, hostOf(root));

/** Show the page in a notebook's cell, as anywidget calls it. */
async function render({ model, el }: { model: WidgetModel; el: HTMLElement }): Promise<() => void> {
  const host = widgetHost(model);
  const inside = el.appendChild(document.createElement("div"));
  inside.dataset.host = "notebook";
  const stop = await start(inside, host);
  return () => {
    stop();
    host.stop();
  };
}

export default { render };
