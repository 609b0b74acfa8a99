/**
 * Lets any number of calls share one signal of the caller. Each call gets a signal of its own, and the caller's signal has
 * one listener in all while there are calls. With a listener for each request, Node would warn of a leak after the tenth.
 */

interface Group {
  readonly members: Set<AbortController>;
  /** Takes the listener away. */
  end(): void;
}

const followers = new WeakMap<AbortSignal, Group>();

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
  group.members.add(follower);
  const release = () => {
    if (group.members.delete(follower) && group.members.size === 0) group.end();
  };
  return { signal: follower.signal, release };
}

function startFollowing(source: AbortSignal): Group {
  const members = new Set<AbortController>();
  const abortAll = () => {
    for (const follower of members) follower.abort(source.reason);
  };
  source.addEventListener("abort", abortAll);
  const group = {
    members,
    end: () => {
      source.removeEventListener("abort", abortAll);
      followers.delete(source);
    },
  };
  followers.set(source, group);
  return group;
}
