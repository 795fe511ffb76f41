import { useEffect, useMemo } from "preact/hooks";
import type { Gallery } from "../data/documents";
import { propertyLine, verdictLine } from "../data/properties";
import { shorten } from "../data/text";
import { DARK, LIGHT, type Palette } from "../drawing/colours";
import { Legend } from "../drawing/Legend";
import { PictureCanvas, useWidth } from "../drawing/PictureCanvas";
import { Panel } from "../panel/Panel";
import { SaveButtons } from "../panel/SaveButtons";
import { follow } from "../state/loaded";
import { type Page, usePage } from "../state/pageState";
import { cellOf, type GalleryContent, galleryLayout, galleryPicture } from "./galleryPicture";
import { cellAt, type HeadLayout } from "./headLayout";
import "./HeadGallery.css";

/** The arcs of all heads on the chosen protein, a small picture of each. */
export function HeadGallery() {
  const page = usePage();
  const [found, stop] = useMemo(() => {
    return follow(() => {
      const id = page.arcs.value && page.protein.value?.id;
      return id ? page.source.get("gallery", { protein: id }) : null;
    });
  }, [page]);
  useEffect(() => stop, [stop]);
  const { value, error, loading } = found.value;
  const { element, width } = useWidth<HTMLDivElement>(480);
  const content = value && contentOf(page, value);
  const layout = useMemo(() => galleryLayout(page.index.model.layers, page.index.model.heads, width), [page, width]);
  const title = `All heads on ${shorten(page.protein.value?.id ?? "this protein", 30)}`;
  return (
    <Panel
      name="gallery"
      title={title}
      message={error ?? page.view.value.value?.reason}
      busy={loading}
      data={{ "data-heads": value?.label.length }}
      actions={content && <SaveButtons what="all heads" picture={(palette) => drawn(content, palette, title)} />}
    >
      <div ref={element}>{content && <Pictures content={content} layout={layout} />}</div>
    </Panel>
  );
}

function contentOf(page: Page, gallery: Gallery): GalleryContent | null {
  const protein = page.protein.value;
  if (!protein || protein.id !== gallery.protein) return null;
  const property = { name: page.choice.property.value, level: page.level.value };
  return { gallery, protein, property, threshold: page.choice.threshold.value, style: page.index.style };
}

function drawn(content: GalleryContent, palette: Palette, title: string) {
  const labels = content.gallery.label.map((label) => label.split("-").map(Number));
  const most = (place: number) => Math.max(1, ...labels.map((label) => label[place] ?? 1));
  const layout = galleryLayout(most(0), most(1), 900);
  const lines = [`${propertyLine(content.property.name)}; arcs of at least ${content.threshold}, queries at the left`];
  return { picture: galleryPicture(content, layout, palette), caption: { title, lines, legend: legend(content) } };
}

function legend({ property, style }: GalleryContent) {
  return (["holds", "fails", "unknown"] as const).map((verdict) => {
    return { mark: "line" as const, colour: style[verdict], text: verdictLine(property.name, verdict) };
  });
}

function Pictures({ content, layout }: { content: GalleryContent; layout: HeadLayout }) {
  const { choice, theme } = usePage();
  const { gallery, protein, property, threshold, style } = content;
  const palette = theme.value === "dark" ? DARK : LIGHT;
  const picture = useMemo(
    () => galleryPicture(content, layout, palette),
    [gallery, protein, property.name, property.level, threshold, style, layout, palette],
  );
  const [layer = 1, head = 1] = choice.head.value.split("-").map(Number);
  const [x, y] = cellAt(layout, layer - 1, head - 1);
  const [width, height] = layout.cell;
  return (
    <>
      <div class="gallery">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the map of heads takes the keys */}
        <div
          class="pictures"
          role="img"
          aria-label={`The strongest arcs of ${gallery.label.length} heads; pick one in the map of heads`}
          style={{ width: layout.width, height: layout.height }}
          onClick={(event) => {
            const cell = cellOf(layout, event.offsetX, event.offsetY);
            if (cell) choice.head.value = `${cell[0] + 1}-${cell[1] + 1}`;
          }}
        >
          <PictureCanvas picture={picture} />
          <span class="chosen" style={{ left: x - 2, top: y - 2, width: width + 1, height: height + 1 }} />
        </div>
      </div>
      <p class="readout">
        In each cell the sequence runs down both sides; a line leads from a residue at the left to one that it attends
        to.
      </p>
      <Legend keys={legend(content)} />
    </>
  );
}
