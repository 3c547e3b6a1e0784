/* A small typed router over the History API: route names and their parameters are types, so a wrong link does
   not compile. Owns the address bar and link clicks; what a route shows is the surface's. View state that a
   person may want to share or come back to lives in `query`, never in memory only. */

type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
export type Params<P extends string> = Record<Names<P>, string>;
type Table = Record<string, `/${string}`>;

export type Match<T extends Table> = { [N in keyof T]: { name: N; params: Params<T[N]> } }[keyof T];

const parts = (path: string) => path.split("/").filter(Boolean);

/** The parameters of `path` when it fits `pattern`, else undefined. Trailing slashes do not matter. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const want = parts(pattern);
  const have = parts(path);
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of want.entries()) {
    const value = have[at] ?? "";
    if (part.startsWith(":")) {
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined; // a malformed address is an address we do not have
      }
    } else if (part !== value) return undefined;
  }
  return params;
}

export function fillPath(pattern: string, params: Record<string, string>): string {
  return pattern.replace(/:([A-Za-z_]+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
}

export function createRouter<const T extends Table>(routes: T) {
  let url = $state.raw(new URL(location.href));
  const current = $derived.by(() => {
    for (const name of Object.keys(routes) as (keyof T)[]) {
      const params = matchPath(routes[name] as string, url.pathname);
      if (params) return { name, params } as Match<T>;
    }
    return undefined;
  });

  const href = <N extends keyof T>(
    name: N,
    ...[params]: Names<T[N]> extends never ? [] : [Params<T[N]>]
  ) => fillPath(routes[name] as string, (params ?? {}) as Record<string, string>);

  /** What this history entry knows of the one before: a page of ours, and the address it was laid over. */
  interface Step {
    within?: boolean;
    under?: string;
  }
  const step = () => history.state as Step | null;

  function visit(to: string, replace = false, more: Step = {}): void {
    const next = new URL(to, location.href);
    if (next.href === url.href) return;
    if (isReturning)
      waiting = {
        next,
        replace: replace && !(waiting?.replace === false),
        more: { ...waiting?.more, ...more },
      };
    else write(next, replace, more);
    url = next;
  }
  function write(next: URL, replace: boolean, more: Step): void {
    if (replace) history.replaceState(step(), "", next);
    else history.pushState({ within: true, ...more }, "", next);
  }

  // The browser's step back comes a moment after it is asked for. What is asked meanwhile waits for it: a second step
  // would lead out of the page, and a page opened now would be taken away again.
  let isReturning = false;
  let waiting: { next: URL; replace: boolean; more: Step } | null = null;
  function stepBack(to?: string): void {
    if (isReturning) return;
    isReturning = true;
    if (to !== undefined) url = new URL(to);
    history.back();
  }
  function onPop(): void {
    const asked = waiting;
    [isReturning, waiting] = [false, null];
    if (asked) write(asked.next, asked.replace, asked.more);
    else url = new URL(location.href);
  }

  function withQuery(changes: Record<string, string | null>): string {
    const next = new URL(url.href);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) next.searchParams.delete(key);
      else next.searchParams.set(key, value);
    }
    return next.href;
  }

  return {
    /** The route shown now; undefined is "no such page". */
    get current(): Match<T> | undefined {
      return current;
    },
    get query(): URLSearchParams {
      return url.searchParams;
    },
    href,
    /** To an address that `href` made, with a query of its own. */
    visit: (to: string): void => visit(to),
    /** In place of the page that is shown: Back does not lead to it again. */
    replace: (to: string): void => visit(to, true),
    go: <N extends keyof T>(
      name: N,
      ...rest: Parameters<typeof href<N>> extends [N, ...infer R] ? R : never
    ) => visit((href as (name: N, ...rest: unknown[]) => string)(name, ...rest)),
    /** Puts view state in the address without a new history entry; null removes the key. */
    setQuery: (changes: Record<string, string | null>): void => visit(withQuery(changes), true),
    /** Lays something over the page: a step that the browser's Back takes away again. */
    cover: (changes: Record<string, string | null>): void =>
      visit(withQuery(changes), false, { under: url.href }),
    /** Takes it away: by a step back where that leads to the same page, else in place. */
    uncover(changes: Record<string, string | null>): void {
      const under = withQuery(changes);
      if (!isReturning && step()?.under === under) stepBack(under);
      else visit(under, true);
    },
    /** One step back inside the app; from a page opened directly, to `fallback` instead of out of the app. */
    back(fallback: string): void {
      if (step()?.within) stepBack();
      else visit(fallback, true);
    },
    /** Starts listening; returns the function that stops. Plain clicks on our own links stay in the page. */
    start(): () => void {
      const onClick = (event: MouseEvent) => {
        const link = plainLink(event);
        if (!link || !Object.values(routes).some((route) => matchPath(route, link.pathname)))
          return;
        event.preventDefault();
        visit(link.href);
      };
      addEventListener("popstate", onPop);
      document.addEventListener("click", onClick);
      return () => {
        removeEventListener("popstate", onPop);
        document.removeEventListener("click", onClick);
      };
    },
  };
}

/** The link of an ordinary click; a new tab, a download or another site stays the browser's business. */
function plainLink(event: MouseEvent): HTMLAnchorElement | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = (event.target as Element | null)?.closest("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.download) return undefined;
  return link.origin === location.origin ? link : undefined;
}
