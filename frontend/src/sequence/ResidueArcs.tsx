import { type Arc, arcTooltip } from "../data/arcs";
import { count } from "../data/text";
import type { InForce } from "../state/arcsInForce";
import { NO_HOVER, usePage } from "../state/pageState";

const MOST = 40;

interface ResidueArcsProps {
  force: InForce;
  position: number;
  /** The residue and what is known of it. */
  words: string;
}

/** The arcs of one residue, those to it and those from it. */
export function ResidueArcs({ force, position, words }: ResidueArcsProps) {
  const { selected } = usePage();
  const arcs = force.arcs ?? [];
  return (
    <div class="residue-arcs" data-selected={position}>
      <p aria-live="polite">
        <strong>{words}</strong>{" "}
        <button
          type="button"
          onClick={() => {
            selected.value = null;
          }}
        >
          Unselect
        </button>
      </p>
      <ArcList title="Attended to by" force={force} arcs={arcs.filter((arc) => arc.key === position)} end="query" />
      <ArcList title="Attends to" force={force} arcs={arcs.filter((arc) => arc.query === position)} end="key" />
    </div>
  );
}

interface ArcListProps {
  title: string;
  force: InForce;
  arcs: readonly Arc[];
  /** The other end, which a click selects. */
  end: "query" | "key";
}

function ArcList({ title, force, arcs, end }: ArcListProps) {
  const { hover, selected, index } = usePage();
  const { document, protein, property } = force;
  if (!document) return null;
  return (
    <div>
      <h3>
        {title} ({count(arcs.length, "arc")})
      </h3>
      <ul>
        {arcs.slice(0, MOST).map((arc) => (
          <li key={arc.index}>
            <button
              type="button"
              class="arc"
              data-arc={arc.index}
              onPointerEnter={() => {
                hover.value = { residue: null, pair: [arc.query, arc.key], from: "sequence" };
              }}
              onPointerLeave={() => {
                hover.value = NO_HOVER;
              }}
              onClick={() => {
                selected.value = arc[end];
                hover.value = NO_HOVER;
              }}
            >
              <span class="mark dot" style={{ color: index.style[arc.verdict] }} aria-hidden="true" />
              {arcTooltip(protein, document, arc.index, property)}
            </button>
          </li>
        ))}
      </ul>
      {arcs.length > MOST && <p>and {count(arcs.length - MOST, "weaker one")}, all of them in the CSV of the map.</p>}
    </div>
  );
}
