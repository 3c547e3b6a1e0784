/* What a push says and what a tap on it opens. Pure; the text is the server's, the worker adds nothing of a customer. */

export interface Told {
  title: string;
  body: string;
  tag: string;
  url: string | null;
  lang: string;
}

/** Some browsers take the consent back when a push shows nothing: one that cannot be read says at least that. */
const UNREADABLE: Record<string, [title: string, body: string]> = {
  zh: ["到场", "有新消息，点开查看。"],
  en: ["Callout", "There is something new. Tap to see it."],
};

export function toldOf(text: string | null, language: string): Told {
  const said = parsed(text);
  if (said) return said;
  const [title, body] = UNREADABLE[language.slice(0, 2)] ?? (UNREADABLE.en as [string, string]);
  return { title, body, tag: "unreadable", url: null, lang: language };
}

function parsed(text: string | null): Told | null {
  try {
    const { title, body, tag, url, lang } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof title !== "string" || title === "") return null;
    const word = (value: unknown) => (typeof value === "string" ? value : "");
    return { title, body: word(body), tag: word(tag), url: word(url) || null, lang: word(lang) };
  } catch {
    return null;
  }
}

/** The address a tap opens: one of `area`, else its `start`. Where the server is reached by another name only the path counts. */
export function opened(url: string | null, origin: string, area: string, start: string): string {
  const here = new URL(start, origin).href;
  if (url === null) return here;
  try {
    const { pathname, search } = new URL(url, origin);
    return pathname.startsWith(area) ? new URL(pathname + search, origin).href : here;
  } catch {
    return here;
  }
}

/** Which open window shows `target`: the one that does already, else, where pages change in place, one of `area`. */
export function windowFor<W extends { url: string }>(
  windows: readonly W[],
  target: string,
  area: RegExp | null,
): W | undefined {
  const path = (address: string) => new URL(address).pathname;
  return (
    windows.find((one) => path(one.url) === path(target)) ??
    windows.find((one) => area?.test(path(one.url)))
  );
}
