import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface TickProps {
  name: string;
  value: Signal<boolean>;
  class?: string;
  children: ComponentChildren;
}

/** A box to tick, with its words. */
export function Tick({ name, value, class: className, children }: TickProps) {
  return (
    <label class={className}>
      <input
        type="checkbox"
        name={name}
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
      {children}
    </label>
  );
}
