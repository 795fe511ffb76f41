import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type ChosenArcs, CONTACTS, type Show } from "../data/arcs";
import type { Index, Mode } from "../data/documents";
import { propertyTitle } from "../data/properties";
import { count, shorten } from "../data/text";
import { Panel } from "../panel/Panel";
import { ask } from "../state/ask";
import { MOST_ARCS } from "../state/choice";
import { type Page, usePage } from "../state/pageState";
import "./Controls.css";
import { Tick } from "./Tick";

const MODES: Readonly<Record<Mode, string>> = {
  matched: "each head against the residues that its arcs could have reached; proteins are the sample",
  paper: "as Vig et al. (2021) counted; one background for all heads, arcs are the sample",
};

/** What is asked of the heads, and which of their arcs are drawn. */
export function Controls() {
  const { index } = usePage();
  return (
    <Panel name="controls" title="Question">
      <PropertyChoice />
      <KeptChoice />
      <ModeChoice />
      {index.note === null && <CompareChoice />}
      {index.note === null && <ArcControls />}
    </Panel>
  );
}

function PropertyChoice() {
  const page = usePage();
  const { index, choice } = page;
  return (
    <label>
      Property
      <select
        name="property"
        value={choice.property.value}
        onChange={(event) => void ask(page, event.currentTarget.value)}
      >
        {families(index).map(([family, properties]) => (
          <optgroup key={family} label={family}>
            {properties.map(({ name, supported }) => (
              <option key={name} value={name}>
                {`${propertyTitle(name).own || family} (${count(supported, "head")})`}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <small>In brackets: how many heads have enough arcs for a number.</small>
    </label>
  );
}

/** What stays when another property is chosen; else its best head is shown, on a protein that carries it. */
function KeptChoice() {
  const { choice, kept } = usePage();
  const lines = [
    ["head", `Keep head ${choice.head.value}`],
    ["protein", `Keep protein ${shorten(choice.protein.value ?? "", 20)}`],
  ] as const;
  return (
    <fieldset class="kept">
      <legend class="visually-hidden">When another property is chosen</legend>
      {lines.map(([name, text]) => (
        <Tick key={name} name={`keep-${name}`} value={kept[name]}>
          {text}
        </Tick>
      ))}
    </fieldset>
  );
}

function families(index: Index): [string, Index["properties"]][] {
  const grouped = new Map<string, Index["properties"]>();
  for (const property of index.properties) {
    const { family } = propertyTitle(property.name);
    grouped.set(family, [...(grouped.get(family) ?? []), property]);
  }
  return [...grouped];
}

function ModeChoice() {
  const { index, choice } = usePage();
  if (index.modes.length < 2) return null;
  return (
    <fieldset>
      <legend>Counting</legend>
      <Radios
        name="mode"
        values={index.modes.map((mode) => [mode, mode])}
        value={choice.mode.value}
        onChoose={(mode) => {
          choice.mode.value = mode;
        }}
      />
      <small>{MODES[choice.mode.value]}</small>
    </fieldset>
  );
}

interface RadiosProps<T extends string> {
  name: string;
  values: readonly (readonly [value: T, text: ComponentChildren])[];
  value: T;
  onChoose: (value: T) => void;
}

function Radios<T extends string>({ name, values, value, onChoose }: RadiosProps<T>) {
  const group = useId();
  return (
    <div class="radios">
      {values.map(([one, text]) => (
        <label key={one}>
          <input
            type="radio"
            name={`${name}-${group}`}
            value={one}
            checked={one === value}
            onChange={() => onChoose(one)}
          />
          {text}
        </label>
      ))}
    </div>
  );
}

/** A second head, or predicted contacts, to be seen beside the first. */
function CompareChoice() {
  const { index, choice } = usePage();
  const { layers, heads } = index.model;
  const numbers = (most: number) => Array.from({ length: most }, (_, at) => at + 1);
  return (
    <label>
      Compare with
      <select
        name="compare"
        value={choice.compare.value ?? ""}
        onChange={(event) => {
          choice.compare.value = event.currentTarget.value || null;
        }}
      >
        <option value="">none</option>
        {index.contacts && <option value={CONTACTS}>predicted contacts</option>}
        {numbers(layers).map((layer) => (
          <optgroup key={layer} label={`Layer ${layer}`}>
            {numbers(heads).map((head) => (
              <option key={head} value={`${layer}-${head}`}>
                {`${layer}-${head}`}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {choice.compare.value === CONTACTS && <small>{index.contacts}</small>}
    </label>
  );
}

function ArcControls() {
  const { index, choice } = usePage();
  return (
    <fieldset>
      <legend>Arcs drawn</legend>
      <Range
        name="threshold"
        text="Attention weight at least"
        low={index.floor}
        high={1}
        step={0.01}
        value={choice.threshold.value}
        onChange={(value) => {
          choice.threshold.value = value;
        }}
      />
      <Range
        name="arcs"
        text="At most, strongest first"
        low={0}
        high={MOST_ARCS}
        step={1}
        value={choice.arcs.value}
        onChange={(value) => {
          choice.arcs.value = value;
        }}
      />
      <ShowChoice />
      <Drawn />
    </fieldset>
  );
}

interface RangeProps {
  name: string;
  text: string;
  low: number;
  high: number;
  step: number;
  value: number;
  onChange: (value: number) => void;
}

/** A slider, and beside it the number itself to type. */
function Range({ name, text, low, high, step, value, onChange }: RangeProps) {
  const id = useId();
  const bounds = { min: low, max: high, step, value };
  const read = (event: { currentTarget: HTMLInputElement }) => {
    const typed = event.currentTarget.valueAsNumber;
    const whole = step === 1 ? Math.round(typed) : typed;
    if (whole >= low && whole <= high) onChange(whole);
  };
  return (
    <div class="range">
      <label for={id}>{text}</label>
      <input id={id} type="range" name={name} {...bounds} onInput={read} />
      <input type="number" aria-label={text} {...bounds} step={step === 1 ? 1 : "any"} onChange={read} />
    </div>
  );
}

/** Which arcs are drawn: what their colours mean, and how many there are of each. */
function ShowChoice() {
  const { index, choice, chosen, level } = usePage();
  const { style } = index;
  const tally = chosen.value?.tally;
  const target = level.value === "pair" ? "for the pair" : "for the residue attended to";
  const lines: [Show, string, string | null, number | undefined][] = [
    ["all", "all", null, chosen.value?.above],
    ["holds", `where it holds ${target}`, style.holds, tally?.holds],
    ["fails", "where it does not hold", style.fails, tally?.fails],
  ];
  const texts = lines.map(([show, text, colour, many]) => [show, <Line {...{ text, colour, many }} />] as const);
  return (
    <div class="shows">
      <Radios
        name="show"
        values={texts}
        value={choice.show.value}
        onChoose={(show) => {
          choice.show.value = show;
        }}
      />
      {!!tally?.unknown && (
        <p>
          <Line text="not known" colour={style.unknown} many={tally.unknown} />
        </p>
      )}
    </div>
  );
}

function Line({ text, colour, many }: { text: string; colour: string | null; many: number | undefined }) {
  return (
    <>
      {colour && <span class="swatch" style={{ background: colour }} aria-hidden="true" />}
      <span class="text">{text}</span>
      {many !== undefined && <span class="many">{count(many)}</span>}
    </>
  );
}

function Drawn() {
  const page = usePage();
  const chosen = page.chosen.value;
  if (!chosen) return null;
  return (
    <p class="drawn" role="status">
      {drawnWords(chosen)} {cutWords(page)}
    </p>
  );
}

function drawnWords({ drawn, fitting, above }: ChosenArcs): string {
  if (above === 0) return "This head has no arc of this weight here; lower the weight, or pick another head.";
  return `${count(drawn.length)} of ${count(fitting, "arc")} drawn.`;
}

/** Say where weaker arcs were not kept. */
function cutWords({ arcs, choice }: Page): string {
  const complete = arcs.value?.complete_from ?? 0;
  if (complete <= choice.threshold.value) return "";
  return `Below ${complete.toFixed(2)} only some arcs of this head were kept.`;
}
