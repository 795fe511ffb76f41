import { useId, useMemo } from "preact/hooks";
import { arcTable } from "../data/arcTable";
import { verdictLine } from "../data/properties";
import { DARK, LIGHT, type Palette } from "../drawing/colours";
import { Legend } from "../drawing/Legend";
import { PictureCanvas, useWidth } from "../drawing/PictureCanvas";
import { Panel } from "../panel/Panel";
import { SaveButtons } from "../panel/SaveButtons";
import { captionLines, type InForce, useInForce } from "../state/arcsInForce";
import { usePage } from "../state/pageState";
import { MapPointer, MapReadout } from "./MapPointer";
import {
  type MapContent,
  mapDots,
  mapFrame,
  mapGround,
  mapHeight,
  mapLegend,
  mapPicture,
  mapSummary,
  shownResidues,
} from "./mapPicture";
import "./ContactMap.css";

const WIDEST = 640;

/** What the head links above the diagonal, what touches in the structure below it. */
export function ContactMap() {
  const page = usePage();
  const force = useInForce();
  const now = force.value;
  const { value, loading, error } = page.view.value;
  if (!now) return <Panel name="map" title="Contact map and attention" message={error} busy={loading} />;
  const content = { ...now, style: page.index.style };
  const picture = (palette: Palette) => ({
    picture: mapPicture(content, WIDEST, palette),
    caption: {
      title: `Contact map and attention: ${verdictLine(now.property.name, "holds")}`,
      lines: captionLines(page, now),
      legend: mapLegend(content, palette),
    },
  });
  const table = () => arcTable(now.protein, now.arcs ?? [], now.property.name, now.drawn);
  return (
    <Panel
      name="map"
      title="Contact map and attention"
      message={error ?? value?.reason}
      busy={loading}
      data={{ "data-drawn-head": now.document?.head, "data-arcs": now.arcs?.length, "data-drawn-arcs": now.drawn }}
      actions={<SaveButtons what="contact map" picture={picture} table={now.arcs ? table : undefined} />}
    >
      <MapView force={now} />
    </Panel>
  );
}

function MapView({ force }: { force: InForce }) {
  const page = usePage();
  const { element, width: room } = useWidth<HTMLDivElement>(480);
  const width = Math.min(room, WIDEST);
  const palette = page.theme.value === "dark" ? DARK : LIGHT;
  const { style } = page.index;
  const content = useMemo<MapContent>(() => ({ ...force, style }), [force, style]);
  const { protein } = force;
  const { name, level } = force.property;
  const ground = useMemo(
    () => mapGround({ protein, property: { name, level }, style }, width, palette),
    [protein, name, level, style, width, palette],
  );
  const dots = useMemo(() => mapDots(content, width, palette), [content, width, palette]);
  const summary = useId();
  return (
    <div class="contact-map" ref={element}>
      <p id={summary} class="visually-hidden">
        {mapSummary(content)}
      </p>
      <div class="cells" style={{ width, height: mapHeight(mapFrame(width, shownResidues(protein))) }}>
        <PictureCanvas picture={ground} />
        <PictureCanvas picture={dots} />
        <MapPointer content={content} width={width} summary={summary} />
      </div>
      <MapReadout content={content} document={force.document} />
      <Legend keys={mapLegend(content, palette)} />
    </div>
  );
}
