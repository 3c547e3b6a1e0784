import { afterEach, describe, expect, it, vi } from "vitest";
import { codeReader, serialOf } from "./scan";

describe("what stands in a code", () => {
  it("is the serial, however the label says it", () => {
    for (const code of [
      "CH204187",
      " CH204187\n",
      "CALLOUT:CH204187",
      "callout: CH204187",
      "https://devices.example/d/CH204187",
      "https://devices.example/d?model=x&serial=CH204187",
      "https://devices.example/d/x?sn=CH204187",
    ])
      expect(serialOf(code)).toBe("CH204187");
    expect(serialOf("https://devices.example/d/SN%2F7")).toBe("SN/7");
    expect(serialOf("https://")).toBe("https://");
    expect(serialOf("https://devices.example/d/%E0%A4%A")).toContain("https://");
  });
});

describe("a reader", () => {
  afterEach(() => void vi.unstubAllGlobals());
  const stub = (formats: () => Promise<string[]>) =>
    vi.stubGlobal(
      "BarcodeDetector",
      Object.assign(function () {}, { getSupportedFormats: formats }),
    );

  it("is there only where the phone has one that reads what we know", async () => {
    vi.stubGlobal("navigator", { mediaDevices: {} });
    expect(await codeReader()).toBeNull();
    stub(() => Promise.resolve(["aztec"]));
    expect(await codeReader()).toBeNull();
    stub(() => Promise.reject(new Error("nothing behind it")));
    expect(await codeReader()).toBeNull();
    stub(() => Promise.resolve(["qr_code"]));
    expect(await codeReader()).not.toBeNull();
    vi.stubGlobal("navigator", {});
    expect(await codeReader()).toBeNull();
  });
});
