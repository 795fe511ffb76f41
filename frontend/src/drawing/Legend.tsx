import type { Key } from "./caption";
import "./Legend.css";

/** What the colours mean. */
export function Legend({ keys }: { keys: readonly Key[] }) {
  return (
    <ul class="legend">
      {keys.map(({ mark, colour, text }) => (
        <li key={text}>
          <span class={`mark ${mark}`} style={{ color: colour }} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}
