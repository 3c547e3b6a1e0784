/* Hand-off to the map program of this device. No map of ours, no key, nothing sent anywhere until it is tapped. */
import { textOf } from "../jobs";
import type { Shown } from "../../sync/model";

type System = "apple" | "geo" | "web";

export function systemOf(agent: string): System {
  if (/iPhone|iPad|Macintosh/.test(agent)) return "apple";
  return /Android|HarmonyOS/.test(agent) ? "geo" : "web";
}

/** Null when the site has neither a point nor an address. */
export function mapLink(site: Shown | null, agent = navigator.userAgent): string | null {
  const [lat, lon] = [site?.lat, site?.lon];
  const point = typeof lat === "number" && typeof lon === "number" ? `${lat},${lon}` : null;
  const address = textOf(site, "address");
  if (!point && !address) return null;
  const words = encodeURIComponent(address ?? textOf(site, "name") ?? "");
  switch (systemOf(agent)) {
    case "apple":
      return `https://maps.apple.com/?daddr=${point ?? words}&q=${words}`;
    case "geo":
      return point ? `geo:${point}?q=${point}(${words})` : `geo:0,0?q=${words}`;
    case "web":
      return point
        ? `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`
        : `https://www.openstreetmap.org/search?query=${words}`;
  }
}

/** Digits and a leading plus: what a telephone dials. */
export const dialLink = (number: string): string => `tel:${number.replace(/[^\d+#*,;]/g, "")}`;
