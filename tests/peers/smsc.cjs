// An SMS carrier (SMPP 3.4, npm smpp) for tests: joins parts, answers as it is told, sends receipts. One JSON line per event.
const { createRequire } = require("node:module");
const path = require("node:path");
const fromPwa = createRequire(path.join(__dirname, "..", "..", "pwa", "package.json"));
const smpp = fromPwa("smpp");

const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
const PASSWORD = process.env.SMSC_PASSWORD;
const LATENCY = Number(process.env.SMSC_LATENCY ?? 0);
// how the next submits are answered, first come first served, then "accept"; a number may have a mode of its own
const script = [];
const byNumber = new Map();
const sessions = new Set();
let counter = 0;
const half = new Map();

const textOf = (pdu) => {
  const message = pdu.short_message;
  const body = Buffer.isBuffer(message.message) ? message.message : Buffer.from(message.message, pdu.data_coding === 8 ? "utf16le" : "latin1");
  return pdu.data_coding === 8 && Buffer.isBuffer(message.message) ? Buffer.from(body).swap16().toString("utf16le") : Buffer.isBuffer(message.message) ? body.toString("latin1") : message.message;
};

function joined(pdu, id) {
  const udh = pdu.short_message.udh?.[0];
  const bytes = udh && Buffer.from(udh);
  if (!bytes || bytes[0] !== 0) return say({ t: "message", to: pdu.destination_addr, from: pdu.source_addr, text: textOf(pdu), ids: [id], coding: pdu.data_coding, receipt: pdu.registered_delivery });
  const [, , reference, total, number] = bytes;
  const key = `${pdu.destination_addr}:${reference}`;
  const parts = half.get(key) ?? new Map();
  parts.set(number, { text: textOf(pdu), id });
  half.set(key, parts);
  if (parts.size < total) return;
  half.delete(key);
  const all = [...parts.keys()].sort((a, b) => a - b).map((one) => parts.get(one));
  say({ t: "message", to: pdu.destination_addr, from: pdu.source_addr, text: all.map((one) => one.text).join(""), ids: all.map((one) => one.id), coding: pdu.data_coding, receipt: pdu.registered_delivery });
}

const STATUS = { throttle: smpp.ESME_RTHROTTLED, full: smpp.ESME_RMSGQFUL, refuse: smpp.ESME_RINVDSTADR };

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    if (pdu.password !== PASSWORD) return session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.send(pdu.response());
    say({ t: "bound" });
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response()));
  session.on("deliver_sm_resp", (pdu) => say({ t: "acknowledged", status: pdu.command_status }));
  session.on("submit_sm", (pdu) => setTimeout(() => submit(session, pdu), LATENCY));
});

function submit(session, pdu) {
  const mode = byNumber.get(pdu.destination_addr) ?? script.shift() ?? "accept";
  say({ t: "submit", to: pdu.destination_addr, mode });
  if (STATUS[mode]) return session.send(pdu.response({ command_status: STATUS[mode] }));
  const id = `m${++counter}`;
  if (mode !== "refuse") joined(pdu, id);
  if (mode === "hang") return;
  if (mode === "drop") return session.destroy();
  session.send(pdu.response({ message_id: id }));
  if (mode === "twice") session.send(pdu.response({ message_id: id }));
}

function receipt({ id, stat, form }) {
  for (const session of sessions) {
    const fields = { esm_class: 4, source_addr: "1", destination_addr: "2" };
    if (form === "tlv") session.deliver_sm({ ...fields, short_message: "", receipted_message_id: id, message_state: stat === "DELIVRD" ? 2 : 5 });
    else session.deliver_sm({ ...fields, short_message: `id:${id} sub:001 dlvrd:001 submit date:2611250800 done date:2611250801 stat:${stat} err:000 text:x` });
    return;
  }
}

let rest = "";
process.stdin.on("data", (chunk) => {
  rest += chunk;
  const lines = rest.split("\n");
  rest = lines.pop();
  for (const one of lines.map((line) => JSON.parse(line))) {
    if (one.script) script.push(...one.script);
    if (one.number) byNumber.set(one.number, one.mode);
    if (one.receipt) receipt(one.receipt);
  }
});
process.stdin.on("end", () => process.exit(0));
server.listen(Number(process.env.SMSC_PORT ?? 0), "127.0.0.1", () => say({ t: "listening", port: server.address().port }));
