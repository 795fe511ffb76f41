import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { PanelName } from "../state/pageState";

interface PanelProps {
  name: PanelName;
  title: string;
  /** Buttons beside the heading. */
  actions?: ComponentChildren;
  /** What to say instead of, or above, the content. */
  message?: string | null;
  busy?: boolean;
  children?: ComponentChildren;
  /** Further `data-` attributes of the section. */
  data?: Record<`data-${string}`, string | number | undefined>;
}

/** A part of the page under its own heading. */
export function Panel({ name, title, actions, message, busy = false, children, data }: PanelProps) {
  const heading = useId();
  return (
    <section class="panel" data-panel={name} aria-labelledby={heading} aria-busy={busy} {...data}>
      <header>
        <h2 id={heading}>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {message && (
        <p class="message" role="status">
          {message}
        </p>
      )}
      {children}
    </section>
  );
}
