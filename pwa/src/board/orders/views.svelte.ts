/* Views of the order list that were kept by name: shared ones and one's own. The address alone says which orders are shown; a view is
   an address with a name. */
import { api } from "../../api/client";
import { perform } from "../../api/commands";
import { uuid7 } from "../../session/device";

export interface SavedView {
  id: string;
  version: number;
  name: string;
  query: Record<string, string>;
  is_shared: boolean;
  is_own: boolean;
}
/** What of the address is part of a view; what is open beside the list is not. */
export const KEPT = ["tab", "engineer", "q", "sort"] as const;

let all = $state.raw<SavedView[]>([]);

/** The part of an address that a view keeps. */
export function kept(query: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of KEPT) {
    const value = query.get(name);
    if (value) found[name] = value;
  }
  return found;
}

export const isSame = (a: Record<string, string>, b: Record<string, string>): boolean =>
  KEPT.every((name) => (a[name] ?? "") === (b[name] ?? ""));

export const savedViews = {
  get all(): SavedView[] {
    return all;
  },
  /** Failing leaves what was read: the tabs of the list itself are there in any case. */
  async read(): Promise<void> {
    try {
      all = (await api.get<{ items: SavedView[] }>("/api/v1/saved-views?place=orders")).items;
    } catch {
      // The list says when the server is out of reach.
    }
  },
  async keep(name: string, query: Record<string, string>, isShared: boolean): Promise<string> {
    const id = uuid7();
    await perform("saved_view.set", id, { place: "orders", name, query, is_shared: isShared });
    await savedViews.read();
    return id;
  },
  async change(view: SavedView, query: Record<string, string>): Promise<void> {
    const { name, is_shared } = view;
    await perform("saved_view.set", view.id, { place: "orders", name, query, is_shared });
    await savedViews.read();
  },
  async remove(view: SavedView): Promise<void> {
    await perform("saved_view.remove", view.id, {});
    await savedViews.read();
  },
  /** Takes a removal back: the same view under a new id. */
  async restore(view: SavedView): Promise<void> {
    await savedViews.keep(view.name, view.query, view.is_shared);
  },
};
