import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import type { Proteins } from "../data/documents";
import { count, shorten } from "../data/text";
import { Panel } from "../panel/Panel";
import { follow } from "../state/loaded";
import { usePage } from "../state/pageState";
import "./ProteinPicker.css";

const PAUSE = 120;

/** Search the proteins and pick one. */
export function ProteinPicker() {
  const { source, choice, uploads } = usePage();
  const typed = useSignal("");
  const query = useSignal("");
  const [found, stop] = useMemo(() => {
    return follow(() => {
      uploads.value;
      return source.get("proteins", query.value ? { query: query.value } : {});
    });
  }, [source]);
  useEffect(() => stop, [stop]);
  useEffect(() => {
    const timer = setTimeout(() => {
      query.value = typed.value.trim();
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const { value, error, loading } = found.value;
  return (
    <Panel name="proteins" title={`Protein ${shorten(choice.protein.value ?? "")}`} message={error} busy={loading}>
      <PickerList
        found={value}
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
        placeholder="Search by id"
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
        {entries.map(({ id, residues, placed }, place) => (
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
            <small>
              {count(residues)} residues{placed ? "" : ", no structure"}
            </small>
          </div>
        ))}
      </div>
      {found && <p class="total">{totalWords(found)}</p>}
    </>
  );
}

function totalWords({ query, total, proteins }: Proteins): string {
  if (total === 0) return query ? "No protein has this in its id." : "There is no protein yet.";
  if (total > proteins.length) return `The first ${proteins.length} of ${count(total)}; type to find others.`;
  return count(total, "protein");
}
