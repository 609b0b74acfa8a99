/**
 * Lets any number of calls share one signal of the caller. Each call gets a signal of its own, and the caller's signal gets
 * one listener in all. With a listener for each request, Node would warn of a leak after the tenth.
 */

const followers = new WeakMap<AbortSignal, Set<AbortController>>();

export interface RelayedSignal {
  /** Aborts when the caller's signal does, with the same reason. */
  readonly signal: AbortSignal;
  /** Ends the following. */
  release(): void;
}

export function relaySignal(source: AbortSignal): RelayedSignal {
  const follower = new AbortController();
  if (source.aborted) {
    follower.abort(source.reason);
    return { signal: follower.signal, release() {} };
  }
  const group = followers.get(source) ?? startFollowing(source);
  group.add(follower);
  return { signal: follower.signal, release: () => void group.delete(follower) };
}

function startFollowing(source: AbortSignal): Set<AbortController> {
  const group = new Set<AbortController>();
  followers.set(source, group);
  const abortAll = () => {
    for (const follower of group) follower.abort(source.reason);
  };
  source.addEventListener("abort", abortAll, { once: true });
  return group;
}
