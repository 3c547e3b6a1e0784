/* Whose phone this is. Kept apart from the session: a session may expire, this phone stays that person's, with the
   jobs and the unsent work on it, until he signs out here or the office closes the phone. Holds no secret. */
import { ownZone } from "../i18n/own_zone";
import { isGranted, type User } from "../session/session.svelte";
import { keepOwner, readOwner } from "../store/owner";

export interface Person {
  id: string;
  name: string;
  locale: string;
  /** The organisation's zone: the day of the list's head. */
  zone: string;
  /** What he may do, as the server last said: he works on when his session is over. Not known of who was kept by an older version. */
  grants?: string[];
}
const KEY = "callout.phone";
const ASKED = "callout.persist";

export function personOf(user: User): Person {
  const { id, name, locale, organisation, grants } = user;
  return { id, name, locale, zone: organisation?.zone || ownZone(), grants };
}

function asPerson(kept: Partial<Person> | null): Person | null {
  if (!kept || typeof kept.id !== "string" || typeof kept.name !== "string") return null;
  const { id, name, locale = "en", zone, grants } = kept;
  const person = { id, name, locale, zone: zone || ownZone() };
  return Array.isArray(grants) ? { ...person, grants } : person;
}

/** Whether a screen offers it. The server decides; of whom nothing is known, nothing is kept from him. */
export const mayDo = (person: Person | null, permission: string): boolean =>
  !person?.grants || isGranted(person.grants, permission);

/** At once, for the first paint; may lack what was written in the seconds before a dead battery. */
export function recallPerson(): Person | null {
  try {
    return asPerson(JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Person> | null);
  } catch {
    return null;
  }
}

/** From the disk: what counts. */
export const recallOwner = async (): Promise<Person | null> =>
  asPerson((await readOwner()) as Partial<Person> | null);

export function rememberPerson(person: Person | null): void {
  void keepOwner(person && { ...person }).catch(() => undefined);
  try {
    if (person) localStorage.setItem(KEY, JSON.stringify(person));
    else localStorage.removeItem(KEY);
  } catch {
    // Forbidden storage: an offline start will ask to sign in again.
  }
}

/** Once per installation: the browser decides, later asking again is a button in Me. */
export async function askToKeep(): Promise<void> {
  try {
    if (localStorage.getItem(ASKED)) return;
    localStorage.setItem(ASKED, "1");
    await navigator.storage?.persist?.();
  } catch {
    // Refused or unknown: Me says so.
  }
}
