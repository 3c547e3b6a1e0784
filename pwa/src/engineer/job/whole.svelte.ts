/* One job with everything its screen shows: the list columns at once, the long texts a moment later, followed through
   every change. Owns the reading; says when the job is not on this phone. */
import { textOf, jobOf, lookUp, type Job, type Lists } from "../jobs";
import type { Client } from "../../sync/client";
import type { Shown } from "../../sync/model";

export interface WholeJob {
  job: Job;
  comments: Shown[];
}

export class Whole {
  now = $state.raw<WholeJob | null>(null);
  /** False until the store has been asked. */
  isRead = $state(false);
  private busy = false;
  private again = false;
  private off: (() => void) | null = null;

  constructor(
    private readonly client: Client,
    private readonly id: string,
    private readonly zone: string,
  ) {
    const brief = lookUp(this.lists, "visit", id);
    if (brief) this.now = { job: jobOf(brief, this.lists, zone), comments: [] };
  }

  private readonly lists: Lists = (entity) => this.client.list(entity);

  follow(): () => void {
    this.off = this.client.subscribe(() => void this.read());
    return () => this.off?.();
  }

  /** One reading at a time; a change meanwhile asks for one more. */
  private async read(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        this.now = await this.whole();
        this.isRead = true;
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  private async whole(): Promise<WholeJob | null> {
    const visit = await this.client.get("visit", this.id);
    if (!visit) return null;
    const job = jobOf(visit, this.lists, this.zone);
    const get = (entity: string, row: Shown | null) =>
      row ? this.client.get(entity, row.id) : null;
    const order = (await get("work_order", job.order)) ?? job.order;
    const site = (await get("site", job.site)) ?? job.site;
    const product = (await get("product", job.product)) ?? job.product;
    return { job: { ...job, order, site, product }, comments: await this.comments(order) };
  }

  private async comments(order: Shown | null): Promise<Shown[]> {
    const rows = this.client.list("comment").filter((row) => row.work_order_id === order?.id);
    const whole = await Promise.all(rows.map((row) => this.client.get("comment", row.id)));
    return whole
      .filter((row) => row !== null)
      .sort((a, b) => writtenAt(a).localeCompare(writtenAt(b)));
  }
}

export const writtenAt = (row: Shown): string =>
  textOf(row, "written_at") ?? textOf(row, "created_at") ?? "";
