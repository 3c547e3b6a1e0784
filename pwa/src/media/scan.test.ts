import { afterEach, describe, expect, it, vi } from "vitest";
import { codeReader, mayScan, serialOf } from "./scan";

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

  it("is the phone's own where that reads what we know", async () => {
    vi.stubGlobal("navigator", { mediaDevices: {} });
    stub(() => Promise.resolve(["aztec"]));
    expect(await codeReader()).toBeNull();
    stub(() => Promise.reject(new Error("nothing behind it")));
    expect(await codeReader()).toBeNull();
    stub(() => Promise.resolve(["qr_code"]));
    expect(await codeReader()).not.toBeNull();
  });

  it("is none where ours cannot run either: nothing here hires a worker", async () => {
    vi.stubGlobal("Worker", undefined);
    expect(await codeReader()).toBeNull();
  });

  it("is offered where there is a camera and something that can read", () => {
    vi.stubGlobal("navigator", {});
    expect(mayScan()).toBe(false);
    vi.stubGlobal("navigator", { mediaDevices: {} });
    vi.stubGlobal("Worker", undefined);
    expect(mayScan()).toBe(false);
    vi.stubGlobal("Worker", function () {});
    expect(mayScan()).toBe(true);
    vi.stubGlobal("WebAssembly", undefined);
    expect(mayScan()).toBe(false);
    stub(() => Promise.resolve(["qr_code"]));
    expect(mayScan()).toBe(true);
  });
});
