/* One form that is being filled in for one visit: opened from the draft, from what was handed in, or fresh; kept at each letter;
   judged by the engine that the server runs too; handed in as one act that ends the draft. Owns the draft `form:<visit>`. */
import { load, type Definition, type Field } from "../../engines/forms/definition";
import { fits } from "../../engines/expressions/masks";
import { contextOf, taken } from "../../engines/forms/inputs";
import { progress, type Progress } from "../../engines/forms/progress";
import { defaults, FormState, rowsOf } from "../../engines/forms/state";
import { shapeErrors, signaturesOf, textToBind, verdict } from "../../engines/forms/validate";
import { boundText, isObject, own, type Answers, type FileRef } from "../../engines/forms/values";
import { questionAt } from "../../forms/named";
import { reasonsOfRow, withAnswer, withoutRow, withReason, withRow } from "../../forms/paths";
import { tagOf, type FilesPort, type Run, type Tag, type TagsPort } from "../../forms/run";
import { sentenceOf } from "../../forms/sentences";
import { f } from "../../forms/words";
import { locale } from "../../i18n/locale.svelte";
import { uuid7 } from "../../session/device";
import type { StoreError } from "../../store/database";
import type { Json } from "../../store/rows";
import { encode, sha256 } from "../../store/seal";
import type { Client } from "../../sync/client";
import type { Shown } from "../../sync/model";
import { perform, tagPhoto } from "../acts";
import { phone } from "../phone.svelte";
import { countDrafts, hold, letGo } from "../draft.svelte";
import { textOf, type Job, type Lists } from "../jobs";
import { filesOf } from "./files";
import { fileActs, filesIn, keptOf, saveAct, type Kept } from "./handing_in";
import { Keeper } from "./keeper";
import { lastAnswers, lastFor, surroundings } from "./surroundings";
import { formKey } from "./units";
import { formOf, handedIn } from "./which";

export type FillingState = "reading" | "none" | "newer" | "open" | "done";

export class Filling implements Run {
  state = $state<FillingState>("reading");
  definition = $state.raw<Definition | null>(null);
  answers = $state.raw<Answers>({});
  /** The question that was answered last: a killed app opens there again. */
  at = $state<string | null>(null);
  isRestored = $state(false);
  isBegun = $state(false);
  isKept = $state(true);
  fault = $state<StoreError["kind"] | null>(null);
  /** What is missing was asked for: it is then said at each question. */
  hasAsked = $state(false);
  readonly files: FilesPort;
  readonly tags: TagsPort = {
    of: (ref) => this.tagOf(ref),
    choose: (ref, tag) => this.tag(ref, tag),
  };
  private form = $state.raw<FormState | null>(null);
  private inputs: Answers = {};
  private boundSha = $state<string | null>(null);
  private seen = $state.raw<ReadonlySet<string>>(new Set());
  private known = $state.raw<Kept["files"]>({});
  private submission = "";
  private version = "";
  private template: Json = null;
  private stamp: string | null = null;
  /** The act that carried these answers last: what comes after them waits for it, also when it is tried again. */
  private handed: number | null = null;
  private readonly key: string;
  private readonly keeper: Keeper<Kept>;

  /** Another object with each change, so that whoever shows the form looks again. */
  private readonly now = $derived.by(() => {
    this.form?.update(this.answers);
    return { form: this.form };
  });
  readonly found = $derived.by(() => {
    const { form } = this.now;
    return form ? verdict(form, this.answers, this.boundSha) : [];
  });
  readonly progress: Progress | null = $derived.by(() => {
    const { form } = this.now;
    return form ? progress(form, this.answers, this.found) : null;
  });
  /** The first of each place; a reason is asked for below the answer. */
  private readonly sentences = $derived(
    new Map(
      this.found
        .filter((one) => one.rule_id !== "reason")
        .reverse()
        .map((one) => [one.path, one]),
    ),
  );

  constructor(
    private readonly client: Client,
    private readonly job: Job,
    /** The device it is about; the job's own, or another one on site. */
    readonly unit: Shown | null,
    private readonly person: string,
    private readonly lists: Lists,
  ) {
    this.key = formKey(job.id, unit?.id ?? null);
    this.files = filesOf(client, {
      get: (file) => this.known[file],
      add: (file, what) => void (this.known = { ...this.known, [file]: what }),
    });
    this.keeper = new Keeper(
      (kept) => this.write(kept),
      (isKept, fault) => ([this.isKept, this.fault] = [isKept, fault]),
    );
  }

  get shown(): FormState {
    const { form } = this.now;
    if (!form) throw new Error("No form is read yet.");
    return form;
  }
  get formNow(): FormState | null {
    return this.now.form;
  }
  get locale(): string {
    return locale();
  }
  get zone(): string {
    return this.job.zone;
  }
  get isReadonly(): boolean {
    return this.state !== "open";
  }
  get answered(): number {
    return this.progress?.answered ?? 0;
  }

  async open(): Promise<void> {
    hold(this.key);
    const kept = await this.client.drafts.get(this.key);
    const draft = keptOf(kept?.value);
    if (draft) {
      this.stamp = kept?.stamp ?? null;
      this.isBegun = this.isRestored = true;
      return this.show(draft, "open");
    }
    const before = handedIn(this.job, this.unit, this.lists, this.person);
    if (before) return this.showHandedIn(before);
    const form = formOf(this.job, this.unit, this.lists);
    const row = form && (await this.client.get("form_version", form.version));
    if (!row) return void (this.state = "none");
    const definition = load(row.definition ?? null);
    const inputs = definition?.inputs.length
      ? taken(definition, await this.around(definition, form.template))
      : {};
    this.show(
      {
        submission: uuid7(),
        ...this.place,
        version: row.id,
        asset: this.unit?.id ?? null,
        definition: row.definition ?? null,
        answers: definition ? defaults(definition.fields, contextOf(inputs)) : {},
        inputs,
        files: {},
        at: null,
      },
      "open",
    );
  }

  private async around(definition: Definition, template: string): Promise<Answers> {
    const { job, unit, lists } = this;
    const before = lastFor(unit, template, lists);
    const whole = before && ((await this.client.get("submission", before.id)) ?? before);
    return surroundings({
      job,
      unit,
      lists,
      person: { id: this.person, name: phone.person?.name ?? "" },
      last: lastAnswers(definition, whole?.answers),
      now: Date.now(),
    });
  }

  private async showHandedIn(before: Shown): Promise<void> {
    const whole = (await this.client.get("submission", before.id)) ?? before;
    const version = textOf(whole, "form_version_id") ?? "";
    const row = await this.client.get("form_version", version);
    this.isBegun = true;
    this.show(
      {
        submission: whole.id,
        ...this.place,
        version,
        asset: textOf(whole, "asset_id"),
        definition: row?.definition ?? null,
        answers: isObject(whole.answers) ? whole.answers : {},
        inputs: isObject(whole.inputs) ? whole.inputs : {},
        files: {},
        at: null,
      },
      whole.is_final === true ? "done" : "open",
    );
  }

  private show(kept: Kept, state: FillingState): void {
    this.submission = kept.submission;
    this.version = kept.version;
    this.template = kept.definition;
    this.definition = load(kept.definition);
    this.inputs = kept.inputs;
    this.answers = kept.answers;
    this.form =
      this.definition && new FormState(this.definition, contextOf(kept.inputs), kept.answers);
    this.known = kept.files;
    this.at = kept.at;
    this.state = this.definition ? state : "newer";
    void this.bind();
  }

  /** What was handed in is taken up again: the same submission, a new draft. */
  edit(): void {
    if (this.state === "done") this.state = "open";
  }

  answer(path: string, value: unknown): void {
    if (this.isReadonly) return;
    const field = this.fieldOf(path.split(".")[0] ?? "");
    const rows = field?.type === "repeat" ? rowsOf(field, this.answers) : [];
    this.put(withAnswer(this.answers, path, value, rows), path);
  }

  private put(answers: Answers, at: string): void {
    this.answers = answers;
    this.at = at;
    this.isBegun = true;
    this.keeper.put(this.toKeep());
    void this.bind();
  }

  reason(path: string, rule: string, text: string): void {
    if (!this.isReadonly) this.put(withReason(this.answers, path, rule, text), path);
  }

  addRow(field: Field): void {
    const rows = rowsOf(field, this.answers);
    this.answer(field.id, [...rows, defaults(field.items, contextOf(this.inputs))]);
  }

  removeRow(field: Field, at: number): () => void {
    const rows = rowsOf(field, this.answers);
    const gone = rows[at] ?? {};
    const why = reasonsOfRow(this.answers, field.id, at);
    this.put(withoutRow(this.answers, field.id, at, rows), field.id);
    return () => {
      const now = rowsOf(field, this.answers);
      this.put(withRow(this.answers, field.id, at, { rows: now, gone, why }), field.id);
    };
  }

  /** The plate says another unit than this form is about: asked once per value. */
  odd = $state.raw<{ path: string; serial: string } | null>(null);
  private settledSerial = "";

  left(path: string): void {
    if (this.isReadonly) return;
    this.askAboutSerial(path);
    if (!this.seen.has(path)) this.seen = new Set([...this.seen, path]);
    if (this.at === path || this.isReadonly || !this.isBegun) return;
    this.at = path;
    this.keeper.put(this.toKeep());
  }

  private askAboutSerial(path: string): void {
    const field = this.fieldAt(path);
    const serial = own(this.answers, path);
    const mine = textOf(this.unit, "serial");
    if (!field?.slots.is_serial || typeof serial !== "string" || mine === null) return;
    if (serial === mine || serial === this.settledSerial) return;
    if (field.slots.mask === undefined || fits(field.slots.mask, serial))
      this.odd = { path, serial };
  }

  /** It was asked, and the person knows what he does: the value stays, or is taken away. */
  settleSerial(isKept: boolean): void {
    const { odd } = this;
    this.odd = null;
    if (!odd) return;
    if (isKept) this.settledSerial = odd.serial;
    else this.answer(odd.path, null);
  }

  errorAt(path: string): string | undefined {
    const error = this.sentences.get(path);
    const field = error && this.fieldAt(path);
    if (!error || !field || this.isReadonly) return undefined;
    const isDue = this.hasAsked || (error.rule_id !== "required" && this.seen.has(path));
    return isDue || error.rule_id === "binds"
      ? sentenceOf(error, field, f(), this.locale)
      : undefined;
  }

  /** What was said of a photo: of one that is handed in the record says it, of another the draft. */
  private tagOf({ id }: FileRef): Tag | null {
    const row = phone.lists("attachment").find((one) => one.id === id);
    return tagOf(row ? row.tag : this.known[id]?.tag);
  }

  private tag(ref: FileRef, tag: Tag | null): void {
    const file = this.known[ref.id];
    // Said by the act when it fails; what stood before stands.
    if (this.lists("attachment").some((one) => one.id === ref.id))
      return void tagPhoto(ref.id, tag).catch(() => undefined);
    if (!file) return;
    this.known = { ...this.known, [ref.id]: { ...file, tag } };
    this.keeper.put(this.toKeep());
  }

  async hashToBind(): Promise<string> {
    if (!this.definition) throw new Error("Nothing is open.");
    return sha256(encode(boundText(this.shown.answers, signaturesOf(this.definition))));
  }

  /** Where the next missing or wrong answer is, in the order of the form; null when the form may be finished. */
  next(): string | null {
    this.hasAsked = true;
    return this.progress?.missing[0] ?? this.progress?.wrong[0] ?? null;
  }

  /** Hands the answers in. `isFinal` asks for the verdict: only when nothing is missing. Answers the number of the act that carries them. */
  handIn(isFinal: boolean): Promise<number | null> {
    return this.keeper.inTurn(() => this.handInNow(isFinal));
  }

  private async handInNow(isFinal: boolean): Promise<number | null> {
    if (!this.definition || !this.isBegun || this.state !== "open") return this.handed;
    if (!isFinal && this.stamp === null) return this.handed; // nothing new since it was handed in
    if (
      isFinal ? this.found.length > 0 : shapeErrors(this.definition, this.shown.answers).length > 0
    )
      return null;
    const whole = this.toKeep();
    // What is hidden is not handed in, what is computed is.
    const kept = { ...whole, answers: this.shown.answers };
    const attached = new Set(this.lists("attachment").map((row) => row.id));
    const after: number[] = [];
    for (const act of fileActs(kept, attached)) after.push(await perform(act));
    const spends = this.stamp === null ? undefined : { key: this.key, stamp: this.stamp };
    const mid = await perform(saveAct(kept, isFinal, after, spends));
    this.handed = mid;
    this.stamp = null;
    this.isRestored = false;
    this.state = isFinal ? "done" : "open";
    await this.tagLate(whole);
    await countDrafts(this.client);
    return mid;
  }

  /** Photos that were tagged while they were being handed in: their record says it, and no draft is left of it. */
  private async tagLate({ answers, files }: Kept): Promise<void> {
    const late = filesIn(answers).filter(({ id }) => this.known[id]?.tag !== files[id]?.tag);
    if (this.answers === answers) this.keeper.forget();
    for (const { id } of late)
      await tagPhoto(id, tagOf(this.known[id]?.tag)).catch(() => undefined); // said by the act
  }

  /** Nothing of it is wanted any more: the draft goes, what was handed in stays. */
  async drop(): Promise<void> {
    await this.keeper.inTurn(async () => {
      if (this.stamp !== null) await this.client.drafts.drop({ key: this.key, stamp: this.stamp });
      this.stamp = null;
      await countDrafts(this.client).catch(() => undefined);
    });
  }

  async close(): Promise<void> {
    await this.keeper.close().catch(() => undefined);
    letGo(this.key);
  }

  private async write(kept: Kept): Promise<void> {
    this.stamp = await this.client.drafts.put(this.key, JSON.parse(JSON.stringify(kept)) as Json);
    await countDrafts(this.client).catch(() => undefined);
  }

  private get place(): { order: string; visit: string } {
    return { order: textOf(this.job.visit, "work_order_id") ?? "", visit: this.job.id };
  }

  private toKeep(): Kept {
    return {
      submission: this.submission,
      ...this.place,
      version: this.version,
      asset: this.unit?.id ?? null,
      definition: this.template,
      answers: this.answers,
      inputs: this.inputs,
      files: this.known,
      at: this.at,
    };
  }

  private async bind(): Promise<void> {
    const { answers } = this;
    const form = this.formNow;
    const text = form && textToBind(form);
    const sha = text ? await sha256(encode(text)) : null;
    if (this.answers === answers) this.boundSha = sha;
  }

  private fieldOf(id: string): Field | undefined {
    return this.definition?.fields.find((one) => one.id === id);
  }
  private fieldAt(path: string): Field | undefined {
    return this.definition ? questionAt(this.definition, path) : undefined;
  }
}
