/* What the server says about parked entries, in the language of the screen: asked once while online, for entries
   whose answer this phone did not hear itself (made on another phone, or long ago). */
import { api } from "../../api/client";
import { locale } from "../../i18n/locale.svelte";
import type { Args } from "../../sync/line";

interface Listed {
  id: string;
  sentence: string | null;
  args: Args;
}
let known = $state.raw(new Map<string, Listed>());
let askedFor = "";

export function sentenceOf(id: string, isOnline: boolean): Listed | undefined {
  const found = known.get(`${locale()}/${id}`);
  const asking = `${locale()}/${id}`;
  if (!found && isOnline && askedFor !== asking) {
    askedFor = asking;
    void ask(locale());
  }
  return found;
}

async function ask(language: string): Promise<void> {
  try {
    const { items } = await api.get<{ items: Listed[] }>("/api/v1/parked");
    known = new Map([...known, ...items.map((one) => [`${language}/${one.id}`, one] as const)]);
  } catch {
    // Without it the sentence of the answer, or our own for the code, is shown.
  }
}
