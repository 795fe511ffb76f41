import type { Signal } from "@preact/signals";
import type { Theme } from "../drawing/colours";

const KEY = "protlens-theme";

/** Set the theme as the user chose it before, or as the notebook or the system has it, and follow the system. */
export function startTheme(theme: Signal<Theme>): () => void {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    theme.value = stored() ?? notebookTheme() ?? (dark.matches ? "dark" : "light");
  };
  follow();
  dark.addEventListener("change", follow);
  return () => dark.removeEventListener("change", follow);
}

/** Set the theme and remember it where the browser allows that. */
export function chooseTheme(theme: Signal<Theme>, chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

/** JupyterLab says on the body which theme it has. */
function notebookTheme(): Theme | null {
  const light = document.body.dataset.jpThemeLight;
  return light === undefined ? null : light === "false" ? "dark" : "light";
}
