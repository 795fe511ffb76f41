import { useMemo } from "preact/hooks";
import { residueName } from "../data/residues";
import { DARK, LIGHT, type Palette } from "../drawing/colours";
import { Legend } from "../drawing/Legend";
import { Panel } from "../panel/Panel";
import { SaveButtons } from "../panel/SaveButtons";
import { captionLines, type InForce, useInForce } from "../state/arcsInForce";
import { usePage } from "../state/pageState";
import { ResidueArcs } from "./ResidueArcs";
import { ResidueStrip } from "./ResidueStrip";
import { sequenceLegend, sequencePicture } from "./sequencePicture";
import { residueFacts, residueTable, type SequenceContent, sequenceRows } from "./sequenceRows";
import "./SequenceTrack.css";

const TITLE = "Sequence and its tracks";

/** The sequence, the attention that its residues get, and what is known of them. */
export function SequenceTrack() {
  const page = usePage();
  const now = useInForce().value;
  const { loading, error } = page.view.value;
  if (!now) return <Panel name="sequence" title={TITLE} message={error} busy={loading} />;
  const content = { ...now, style: page.index.style };
  const picture = (palette: Palette) => {
    const { rows } = sequenceRows(content);
    const caption = { title: TITLE, lines: captionLines(page, now), legend: sequenceLegend(rows, content, palette) };
    return { picture: sequencePicture(rows, content, palette), caption };
  };
  return (
    <Panel
      name="sequence"
      title={TITLE}
      message={error}
      busy={loading}
      data={{ "data-drawn-head": now.document?.head, "data-residues": now.protein.sequence.length }}
      actions={<SaveButtons what="sequence" picture={picture} table={() => residueTable(content)} />}
    >
      <Tracks force={now} />
    </Panel>
  );
}

function Tracks({ force }: { force: InForce }) {
  const page = usePage();
  const { style } = page.index;
  const content = useMemo<SequenceContent>(() => ({ ...force, style }), [force, style]);
  const { rows, unmarked } = useMemo(() => sequenceRows(content), [content]);
  const palette = page.theme.value === "dark" ? DARK : LIGHT;
  return (
    <>
      <ResidueStrip content={content} rows={rows} palette={palette} />
      <Legend keys={sequenceLegend(rows, content, palette)} />
      {unmarked.length > 0 && <p class="unmarked">Marked at no residue: {unmarked.join("; ")}.</p>}
      <Chosen force={force} facts={(position) => residueFacts(content, rows, position)} />
    </>
  );
}

/** The residue under the pointer in a line, and the chosen one with its arcs. */
function Chosen({ force, facts }: { force: InForce; facts: (position: number) => string[] }) {
  const { hover, selected } = usePage();
  const words = (position: number) => [residueName(force.protein, position), ...facts(position)].join(", ");
  const { residue } = hover.value;
  const at = selected.value;
  return (
    <>
      <p class="readout">{residue === null ? "\u00a0" : words(residue)}</p>
      {at === null ? (
        <p class="hint">Choose a residue here, on the map or on the structure to see its arcs.</p>
      ) : (
        <ResidueArcs force={force} position={at} words={words(at)} />
      )}
    </>
  );
}
