import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { Source } from "../data/sources";
import { count } from "../data/text";
import { Panel } from "../panel/Panel";
import { message } from "../state/loaded";
import { usePage } from "../state/pageState";
import "./UploadPanel.css";

type Submit = NonNullable<Source["submit"]>;

/** Hand over a structure or a sequence of one's own; the model's attention is computed on the spot. */
export function UploadPanel() {
  const { index, source, choice, kept, uploads } = usePage();
  const error = useSignal<string | null>(null);
  const busy = useSignal<string | null>(null);
  const { accepts } = index;
  const { submit } = source;
  if (!accepts || !submit) return null;
  const send: (...what: Parameters<Submit>) => Promise<void> = async (kind, name, body) => {
    error.value = null;
    if (body instanceof Blob && body.size > accepts.bytes) {
      error.value = `${name} has ${megabytes(body.size)}; at most ${megabytes(accepts.bytes)} are taken.`;
      return;
    }
    busy.value = name;
    try {
      const [first] = await submit(kind, name, body);
      uploads.value++;
      if (first !== undefined) {
        choice.protein.value = first;
        kept.protein.value = true; // who brings a protein wants to see properties on this one
      }
    } catch (reason) {
      error.value = message(reason);
    }
    busy.value = null;
  };
  return (
    <Panel name="upload" title="Your own protein" busy={busy.value !== null}>
      {error.value && <p role="alert">{error.value}</p>}
      {busy.value !== null && <p role="status">Reading {busy.value}, and computing its attention…</p>}
      <StructureDrop disabled={busy.value !== null} onFile={(file) => void send("structure", file.name, file)} />
      <SequenceForm disabled={busy.value !== null} onSequence={(name, text) => void send("sequence", name, text)} />
      <small>
        Up to {megabytes(accepts.bytes)} a file and {count(accepts.residues)} residues a chain.
      </small>
    </Panel>
  );
}

/** Takes a file that is dropped anywhere on the page, or chosen. */
function StructureDrop({ disabled, onFile }: { disabled: boolean; onFile: (file: File) => void }) {
  const over = useSignal(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file && !disabled) onFile(file);
  };
  useEffect(() => followDrops(over, take));
  return (
    <label class={over.value ? "drop over" : "drop"}>
      Drop a structure file on the page (PDB, mmCIF or BinaryCIF), or choose one:
      <input
        type="file"
        name="structure"
        accept=".pdb,.ent,.cif,.mmcif,.bcif,.gz"
        disabled={disabled}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

/** Follow files that are dragged over the window; without this the browser would open them in place of the page. */
function followDrops(over: Signal<boolean>, take: (files: FileList | undefined) => void): () => void {
  const ending = new AbortController();
  const on = (event: "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) =>
    window.addEventListener(event, act, { signal: ending.signal });
  const isFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  on("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    over.value = true;
  });
  on("dragleave", () => {
    over.value = false;
  });
  on("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    over.value = false;
    take(event.dataTransfer?.files);
  });
  return () => ending.abort();
}

function SequenceForm({
  disabled,
  onSequence,
}: {
  disabled: boolean;
  onSequence: (name: string, text: string) => void;
}) {
  const id = useId();
  const text = useSignal("");
  const name = useSignal("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.value.trim()) onSequence(name.value.trim() || "sequence", text.value);
      }}
    >
      <label for={id}>Or type a sequence, one letter a residue</label>
      <textarea
        id={id}
        name="sequence"
        rows={3}
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <div class="row">
        <input
          name="name"
          aria-label="Name of the sequence"
          placeholder="Name"
          maxLength={60}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" disabled={disabled || !text.value.trim()}>
          Show attention
        </button>
      </div>
    </form>
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;
}
