// Reads {"asyncapi": text, "cloudevents": [text, …]} from standard input, and writes what the official tools make of it.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/`);
const { Parser } = require("@asyncapi/parser");
const { HTTP } = require("cloudevents");

const given = JSON.parse(readFileSync(0, "utf-8"));
const { document, diagnostics } = await new Parser().parse(given.asyncapi);
const operations = document?.operations().all() ?? [];

// The SDK reads a structured event from an HTTP message; a broker's message has the same body and content type.
const read = given.cloudevents.map((body) => {
  const event = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body });
  event.validate();
  return JSON.parse(event.toString());
});

process.stdout.write(
  JSON.stringify({
    version: document?.version() ?? null,
    diagnostics: diagnostics.map(({ code, message, path, severity }) => ({ code, message, path: path.join("/"), severity })),
    operations: operations.map((one) => ({
      id: one.id(),
      action: one.action(),
      addresses: one.channels().all().map((channel) => channel.address() ?? null),
      messages: one.messages().all().map((message) => message.name()),
    })),
    cloudevents: read,
  }),
);
