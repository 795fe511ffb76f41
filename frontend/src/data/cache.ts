import type { Documents } from "./documents";
import type { Parameters, Source } from "./source";

/** Write a document's address as the one string that frozen pages use too. */
export function addressKey(name: string, parameters: Parameters): string {
  const pairs = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return JSON.stringify([name, pairs]);
}

/** Keep the documents used last, so that going back and forth asks only once.
 *
 * Failures are not kept, nor is anything when there is something new.
 */
export function cached(source: Source, size = 64): Source {
  const kept = new Map<string, Promise<unknown>>();
  const get = <Name extends keyof Documents>(name: Name, parameters: Parameters): Promise<Documents[Name]> => {
    const key = addressKey(name, parameters);
    const answer = (kept.get(key) as Promise<Documents[Name]> | undefined) ?? source.get(name, parameters);
    kept.delete(key);
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= size) break;
      kept.delete(oldest);
    }
    return answer;
  };
  const { submit } = source;
  if (!submit) return { get };
  return {
    get,
    submit: async (...what) => {
      const ids = await submit(...what);
      kept.clear();
      return ids;
    },
  };
}
