/** Asking about a property: its best head and a protein that shows it, unless one of them is to stay. */

import type { ProteinDocument } from "../data/documents";
import { choose, type Page } from "./pageState";

/** Whether a property holds anywhere in a protein. */
export function carries(protein: ProteinDocument, property: string): boolean {
  const pairs = protein.pairs[property]?.query.length ?? 0;
  return pairs > 0 || (protein.masks[property]?.includes("1") ?? false);
}

/** Choose a property, and then what shows it best; what the user chooses meanwhile goes before. */
export async function ask(page: Page, property: string): Promise<void> {
  const { choice, kept, source } = page;
  choice.property.value = property;
  const asked = { mode: choice.mode.peek(), head: choice.head.peek(), protein: choice.protein.peek() };
  const head = kept.head.peek() ? asked.head : "";
  const found = await source.get("example", { property, mode: asked.mode, head }).catch(() => null);
  const moved = choice.property.peek() !== property || choice.head.peek() !== asked.head;
  if (!found || moved || choice.protein.peek() !== asked.protein) return;
  const shown = page.protein.peek();
  const stays = kept.protein.peek() || found.protein === null || (shown !== null && carries(shown, property));
  choose(page, { head: found.head, protein: stays ? asked.protein : found.protein });
}
