/* After a form was refused: the next key goes where the mistake is. */
import { tick } from "svelte";

export async function focusWrong(form: HTMLElement | undefined): Promise<void> {
  await tick();
  form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
