import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import type { ProteinDocument, ProteinEntry, Proteins } from "../data/documents";
import { propertyWords } from "../data/properties";
import { count, shorten } from "../data/text";
import { Panel } from "../panel/Panel";
import { follow } from "../state/loaded";
import { usePage } from "../state/pageState";
import "./ProteinPicker.css";
import { Tick } from "./Tick";

const PAUSE = 120;

/** Search the proteins and pick one. */
export function ProteinPicker() {
  const { source, choice, protein, uploads } = usePage();
  const only = useSignal(false);
  const byHits = useSignal(true);
  const typed = useSignal("");
  const query = useSignal("");
  const [found, stop] = useMemo(() => {
    return follow(() => {
      uploads.value;
      const asked = {
        query: query.value,
        property: choice.property.value,
        head: byHits.value ? choice.head.value : "",
        labelled: only.value ? "yes" : "",
      };
      return source.get("proteins", asked);
    });
  }, [source, choice]);
  useEffect(() => stop, [stop]);
  useEffect(() => {
    const timer = setTimeout(() => {
      query.value = typed.value.trim();
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const { value, error, loading } = found.value;
  const listed = useMemo(() => value && withShown(value, protein.value), [value, protein.value]);
  return (
    <Panel name="proteins" title={`Protein ${shorten(choice.protein.value ?? "")}`} message={error} busy={loading}>
      {protein.value && proteinWords(protein.value) && <p class="what">{proteinWords(protein.value)}</p>}
      <Order only={only} byHits={byHits} counted={!byHits.value || countsOf(value)} />
      <PickerList
        found={listed}
        text={typed.value}
        onType={(text) => {
          typed.value = text;
        }}
        onPick={(id) => {
          choice.protein.value = id;
        }}
      />
    </Panel>
  );
}

interface OrderProps {
  only: Signal<boolean>;
  byHits: Signal<boolean>;
  /** Whether proteins can be put in order of what the head does on them. */
  counted: boolean;
}

function Order({ only, byHits, counted }: OrderProps) {
  const { choice } = usePage();
  return (
    <>
      <Tick name="labelled" value={only} class="only">
        Only with {propertyWords(choice.property.value)}
      </Tick>
      {counted && (
        <Tick name="by-hits" value={byHits} class="only">
          Most arcs that hold first
        </Tick>
      )}
    </>
  );
}

function countsOf(found: Proteins | null): boolean {
  return found?.proteins.some(({ hits }) => hits !== undefined) ?? false;
}

/** The list with the protein that is shown, which may be further down than it reaches. */
export function withShown(found: Proteins, shown: ProteinDocument | null): Proteins {
  if (!shown || found.query || found.proteins.some(({ id }) => id === shown.id)) return found;
  const { id, title, organism } = shown;
  const [residues, chains] = [shown.sequence.length, shown.further.length + 1];
  const entry = { id, title, organism, residues, chains, placed: shown.points !== null };
  return { ...found, proteins: [entry, ...found.proteins] };
}

/** What a protein is and where it comes from: `HIV-1 PROTEASE · Human immunodeficiency virus 1`. */
export function proteinWords({ title, organism }: { title?: string; organism?: string }): string {
  return [title && shorten(title, 60), organism && shorten(organism, 40)].filter(Boolean).join(" · ");
}

/** What there is to see on a protein: `12 of 27 arcs`, and how long it is, in how many chains if these are several. */
export function entryWords({ residues, placed, chains = 1, arcs, hits }: ProteinEntry): string {
  const together = chains > 1 ? ` in ${chains} chains` : "";
  const size = `${count(residues, "residue")}${together}${placed ? "" : ", no structure"}`;
  return hits === undefined || arcs === undefined ? size : `${hits} of ${count(arcs, "arc")} · ${size}`;
}

interface PickerListProps {
  found: Proteins | null;
  text: string;
  onType: (text: string) => void;
  onPick: (id: string) => void;
}

function PickerList({ found, text, onType, onPick }: PickerListProps) {
  const { choice } = usePage();
  const list = useId();
  const active = useSignal(-1);
  const entries = found?.proteins ?? [];
  const at = useComputed(() => Math.min(active.value, entries.length - 1));
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = element.current;
    const chosen = list?.querySelector<HTMLElement>("[aria-selected=true]");
    if (list && chosen) list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;
  }, [found]);
  const move = (to: number) => {
    active.value = Math.max(0, Math.min(entries.length - 1, to));
    element.current?.children[active.value]?.scrollIntoView({ block: "nearest" });
  };
  const isCurrent = found?.query === text.trim();
  const waiting = useSignal(false);
  const pick = () => {
    const entry = entries[Math.max(at.value, 0)];
    if (entry) onPick(entry.id);
  };
  useEffect(() => {
    if (!isCurrent || !waiting.peek()) return;
    waiting.value = false;
    pick();
  }, [found]);
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(at.value + 1),
    ArrowUp: () => move(at.value - 1),
    PageDown: () => move(at.value + 10),
    PageUp: () => move(at.value - 10),
    Enter: () => {
      if (isCurrent) pick();
      else waiting.value = true;
    },
    Escape: () => onType(""),
  };
  return (
    <>
      <input
        type="search"
        role="combobox"
        aria-label="Search proteins"
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={at.value >= 0 ? `${list}-${at.value}` : undefined}
        placeholder="Id, name or organism"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          active.value = -1;
          waiting.value = false;
          onType(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          const action = keys[event.key];
          if (!action) return;
          event.preventDefault();
          action();
        }}
      />
      <div id={list} ref={element} class="proteins" role="listbox" aria-label="Proteins">
        {entries.map(({ id, ...about }, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field takes the keys
          <div
            key={id}
            id={`${list}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={id === choice.protein.value}
            data-protein={id}
            class={place === at.value ? "active" : undefined}
            title={id.length > 60 ? undefined : id}
            onClick={() => onPick(id)}
          >
            <span>{shorten(id, 40)}</span>
            <small>{entryWords({ id, ...about })}</small>
            {proteinWords(about) && <small class="what">{proteinWords(about)}</small>}
          </div>
        ))}
      </div>
      {found && <p class="total">{totalWords(found)}</p>}
    </>
  );
}

function totalWords({ query, total, proteins }: Proteins): string {
  if (total === 0) return query ? "No protein has this in its id, name or organism." : "There is no such protein.";
  if (total > proteins.length) return `${proteins.length} of ${count(total)}; type to find others.`;
  return count(total, "protein");
}
