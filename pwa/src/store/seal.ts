// Sealing and hashing of bytes by WebCrypto. It owns no key and no row. AES-256-GCM with a random 96-bit iv per piece;
// the place of a piece is its additional data, so that a sealed piece cannot be moved to another place.

import type { Sealed } from "./schema";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);
export const decode = (bytes: ArrayBuffer | Uint8Array): string => decoder.decode(bytes);

export async function sealBytes(
  key: CryptoKey,
  place: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: encode(place) },
    key,
    bytes,
  );
  return { iv: iv.buffer, bytes: sealed };
}

export function openBytes(key: CryptoKey, place: string, row: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(
    { name: "AES-GCM", iv: row.iv, additionalData: encode(place) },
    key,
    row.bytes,
  );
}

export const sealText = (key: CryptoKey, place: string, text: string): Promise<Sealed> =>
  sealBytes(key, place, encode(text));
export const openText = async (key: CryptoKey, place: string, row: Sealed): Promise<string> =>
  decode(await openBytes(key, place, row));

export const sealJson = (key: CryptoKey, place: string, value: unknown): Promise<Sealed> =>
  sealText(key, place, JSON.stringify(value));
export async function openJson<T>(key: CryptoKey, place: string, row: Sealed): Promise<T> {
  return JSON.parse(await openText(key, place, row)) as T;
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function base64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
