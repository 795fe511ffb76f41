import type { ComponentChildren } from "preact";
import type { Heads, Mode } from "../data/documents";
import { holdsPhrase } from "../data/properties";
import { count, fixed, interval, percent, probability, times } from "../data/text";
import { Panel } from "../panel/Panel";
import { SaveButtons } from "../panel/SaveButtons";
import { usePage } from "../state/pageState";
import { type HeadRow, headRow, headsCsv } from "./headTable";
import "./HeadNumbers.css";

/** What the interval of each mode is called; the paper's is at the level 0.05/m, m being the number of heads. */
const INTERVALS: Readonly<Record<Mode, string>> = { matched: "95 % interval", paper: "0.05/m interval" };

/** The numbers of the chosen head, in words. */
export function HeadNumbers() {
  const { heads, choice, index } = usePage();
  const { value, loading } = heads.value;
  const row = value && headRow(value, value.columns.label.indexOf(choice.head.value));
  return (
    <Panel
      name="numbers"
      title={`Head ${choice.head.value}`}
      busy={loading}
      actions={value && <SaveButtons what="numbers of all heads" table={() => headsCsv(value)} />}
    >
      {value && row && (index.alone ? <Counts heads={value} row={row} /> : <Numbers heads={value} row={row} />)}
    </Panel>
  );
}

/** What is told of a head on one structure: counts and weights. A test would need more proteins. */
function Counts({ heads, row }: { heads: Heads; row: HeadRow }) {
  const { arcs, protein } = usePage();
  const joined = !!protein.value?.further.length;
  const [strongest] = arcs.value?.weight ?? [];
  const share = row.alignment === null ? "" : ` (${percent(row.alignment)})`;
  return (
    <div data-head={row.label}>
      <p class="finding">
        <strong>
          {count(row.hits)} of its {count(row.arcs, "arc")}
        </strong>
        {share} {holdsPhrase(heads.property, heads.level)}.
      </p>
      <p class="message">
        These are counts on one structure{joined ? "" : ", in which equal chains count once"}. Whether a head does more
        than chance takes a dataset: <code>protlens analyze</code>.
      </p>
      <dl>
        <Item term="Arcs" hint={`attention of at least ${heads.threshold}`}>
          {count(row.arcs)}
        </Item>
        <Item term="Strongest weight" hint={joined ? "on the chains that are shown" : "on the chain that is shown"}>
          {strongest === undefined ? "–" : fixed(strongest, 3)}
        </Item>
      </dl>
    </div>
  );
}

function Numbers({ heads, row }: { heads: Heads; row: HeadRow }) {
  return (
    <div data-head={row.label}>
      <Sentence heads={heads} row={row} />
      {row.supported && <Bars heads={heads} row={row} />}
      <dl>
        <Item term="Lift" hint="alignment over background">
          {times(row.supported ? row.lift : null)}
        </Item>
        <Item term="q" hint="adjusted p: share of false findings if all heads this strong are believed">
          {row.q_value === null ? "not tested" : probability(row.q_value)}
        </Item>
        <Item term="Arcs" hint={`attention of at least ${heads.threshold}`}>
          {count(row.arcs)}
        </Item>
        <Item term="Proteins" hint="that have such arcs">
          {count(row.proteins)}
        </Item>
        {row.null_p !== null && (
          <Item term="Null p" hint={nullWords(row)}>
            {probability(row.null_p)}
          </Item>
        )}
        {row.does && (
          <Item term="Does" hint="as protlens heads names it: share of attention or of arcs">
            {row.does}
          </Item>
        )}
      </dl>
    </div>
  );
}

function Item({ term, hint, children }: { term: string; hint: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        {term} <small class="hint">{hint}</small>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Sentence({ heads, row }: { heads: Heads; row: HeadRow }) {
  const phrase = holdsPhrase(heads.property, heads.level);
  if (!row.supported) {
    return (
      <p class="finding">
        Not supported, so no number is given: {row.reason}. It has {count(row.arcs, "arc")}.
      </p>
    );
  }
  return (
    <p class="finding">
      <strong>{percent(row.alignment)}</strong> of its arcs {phrase}; <strong>{percent(row.background)}</strong> would
      be expected {chance(heads.mode)}. {verdict(row)}
    </p>
  );
}

function chance(mode: Mode): string {
  return mode === "matched" ? "if it looked at the same proteins blindly" : "over all pairs of residues";
}

/** How the head compares with chance, and with its control where it exceeds chance. */
function verdict(row: HeadRow): string {
  if (row.lift === null) return "The difference could not be tested.";
  const often = `That is ${times(row.lift)} times as often`;
  if (row.verdict !== "beyond_control") return row.reason === null ? `${often}.` : `${often}: ${row.reason}.`;
  const range = `${times(row.control_lift_low)}–${times(row.control_lift_high)}`;
  return `${often}, and ${times(row.control_lift)} times (${range}) what the same ${row.control_name} would give.`;
}

/** What the null runs are that come closest to the head. */
function nullWords(row: HeadRow): string {
  return `the best head of ${count(row.null_repeats ?? 0, "null run")} (${row.null_kind}) has ${percent(row.null_best)}`;
}

/** Alignment, background and control on one scale, with the interval of the first. */
function Bars({ heads, row }: { heads: Heads; row: HeadRow }) {
  const { alignment, background, control, ci_low: low, ci_high: high } = row;
  const full = Math.max(alignment ?? 0, background ?? 0, control ?? 0, high ?? 0) || 1;
  const span = low !== null && high !== null ? ([low / full, high / full] as const) : null;
  return (
    <div class="bars">
      <Bar name="Alignment" hint={intervalWords(row, heads.mode)} value={alignment} full={full} interval={span} />
      <Bar name="Background" hint="by chance" value={background} full={full} />
      {control !== null && (
        <Bar name="Control" hint={`by chance, same ${row.control_name ?? "choice"}`} value={control} full={full} />
      )}
    </div>
  );
}

function intervalWords({ ci_low: low, ci_high: high }: HeadRow, mode: Mode): string {
  return low === null || high === null ? "no interval" : `${INTERVALS[mode]} ${interval(low, high)}`;
}

interface BarProps {
  name: string;
  hint: string;
  value: number | null;
  full: number;
  interval?: readonly [low: number, high: number] | null;
}

function Bar({ name, hint, value, full, interval }: BarProps) {
  const share = (part: number) => `${(100 * part).toFixed(2)}%`;
  return (
    <div class={`measured ${name.toLowerCase()}`}>
      <span class="name">
        {name} <small>{hint}</small>
      </span>
      <span class="value">{percent(value)}</span>
      <span class="track" aria-hidden="true">
        <span class="fill" style={{ width: share((value ?? 0) / full) }} />
        {interval && (
          <span class="interval" style={{ left: share(interval[0]), width: share(interval[1] - interval[0]) }} />
        )}
      </span>
    </div>
  );
}
