/* Views of a place that were kept by name: shared ones and one's own. The address alone says what is shown; a view is an address
   with a name. */
import { api } from "../../api/client";
import { perform } from "../../api/commands";
import { uuid7 } from "../../session/device";

export type Place = "orders" | "timeline";
export interface SavedView {
  id: string;
  version: number;
  name: string;
  query: Record<string, string>;
  is_shared: boolean;
  is_own: boolean;
}
/** What of each place's address is part of a view; what is open beside it is not, nor is the day. */
const KEPT: Record<Place, readonly string[]> = {
  orders: ["tab", "engineer", "q", "sort"],
  timeline: ["view", "size", "q", "team", "skill"],
};

export class SavedViews {
  all = $state.raw<SavedView[]>([]);

  constructor(readonly place: Place) {}

  /** The part of an address that a view keeps. */
  kept(query: URLSearchParams): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of KEPT[this.place]) {
      const value = query.get(name);
      if (value) found[name] = value;
    }
    return found;
  }
  isSame(a: Record<string, string>, b: Record<string, string>): boolean {
    return KEPT[this.place].every((name) => (a[name] ?? "") === (b[name] ?? ""));
  }
  /** The address of a view. What no view keeps, such as the day, stays as it is. */
  addressOf(view: SavedView, query: URLSearchParams): string {
    const next = new URLSearchParams(query);
    for (const name of [...KEPT[this.place], "open", "do"]) next.delete(name);
    for (const [name, value] of Object.entries(view.query)) next.set(name, value);
    next.set("saved", view.id);
    return next.toString();
  }
  /** Failing leaves what was read: the place's own filters are there in any case. */
  async read(): Promise<void> {
    try {
      const found = await api.get<{ items: SavedView[] }>(
        `/api/v1/saved-views?place=${this.place}`,
      );
      this.all = found.items;
    } catch {
      // The live mark says when the server is out of reach.
    }
  }
  async keep(name: string, query: Record<string, string>, isShared: boolean): Promise<string> {
    const id = uuid7();
    await this.set(id, name, query, isShared);
    return id;
  }
  change(view: SavedView, query: Record<string, string>): Promise<void> {
    return this.set(view.id, view.name, query, view.is_shared);
  }
  async remove(view: SavedView): Promise<void> {
    await perform("saved_view.remove", view.id, {});
    await this.read();
  }
  /** Takes a removal back: the same view under a new id. */
  async restore(view: SavedView): Promise<void> {
    await this.keep(view.name, view.query, view.is_shared);
  }
  private async set(
    id: string,
    name: string,
    query: Record<string, string>,
    is_shared: boolean,
  ): Promise<void> {
    await perform("saved_view.set", id, { place: this.place, name, query, is_shared });
    await this.read();
  }
}
