/* The reader of the words inside an order. */
import { catalogue } from "./locale.svelte";
import type { OrderWords } from "./words/order.en";

export const o = catalogue<OrderWords>({
  en: () => import("./words/order.en"),
  "zh-CN": () => import("./words/order.zh-CN"),
});
