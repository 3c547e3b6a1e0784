/* A browser's push subscription as the server takes it, and the server's key as the browser takes it. Pure. */

export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export function wire(found: Pick<PushSubscription, "toJSON">): Subscription {
  const { endpoint = "", keys = {} } = found.toJSON();
  return { endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" };
}

/** base64url without padding; Safari takes the key as bytes only. */
export function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
