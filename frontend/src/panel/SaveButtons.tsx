import type { Table } from "../data/csv";
import { type Caption, framed } from "../drawing/caption";
import { LIGHT, type Palette } from "../drawing/colours";
import { fileName, saveCsv, savePng, saveSvg } from "../drawing/download";
import type { Picture } from "../drawing/picture";
import { note, type Page, usePage } from "../state/pageState";

interface SaveButtonsProps {
  /** What is saved, for readers of the screen and at the end of the file's name: `contact map`. */
  what: string;
  /** Draw it anew in these colours; left out where there is no picture. */
  picture?: (palette: Palette) => { picture: Picture; caption: Caption };
  table?: () => Table;
  /** The file's name with an extension; that of the chosen head where it is left out. */
  name?: (extension: string) => string;
}

/** Buttons that save a panel as SVG, as PNG and its data as CSV. */
export function SaveButtons({ what, picture, table, name: given }: SaveButtonsProps) {
  const page = usePage();
  const name = given ?? ((extension: string) => fileName(nameParts(page, what), extension));
  const draw = (save: (standing: Picture, title: string) => Promise<void> | void) => {
    if (!picture) return;
    const drawn = picture(LIGHT);
    Promise.resolve(save(framed(drawn.picture, drawn.caption), drawn.caption.title)).catch((reason: unknown) =>
      note(page, reason instanceof Error ? reason.message : String(reason)),
    );
  };
  return (
    <>
      {picture && (
        <button
          type="button"
          aria-label={`Save ${what} as SVG`}
          onClick={() => draw((p, title) => saveSvg(p, title, name("svg")))}
        >
          SVG
        </button>
      )}
      {picture && (
        <button type="button" aria-label={`Save ${what} as PNG`} onClick={() => draw((p) => savePng(p, name("png")))}>
          PNG
        </button>
      )}
      {table && (
        <button
          type="button"
          aria-label={`Save the data of ${what} as CSV`}
          onClick={() => saveCsv(table(), name("csv"))}
        >
          CSV
        </button>
      )}
    </>
  );
}

/** Model, property, head, protein and panel. */
export function nameParts(page: Page, what: string, head = page.choice.head.peek()): (string | null)[] {
  const { property, protein } = page.choice;
  return [page.index.model.name, property.peek(), head, protein.peek(), what];
}
