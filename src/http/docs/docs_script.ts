/**
 * What the page of documentation does: reads `openapi.json`, shows it, tries calls. Everything that
 * comes from a server is put into the page as text, never as markup.
 */
export const DOCS_SCRIPT = String.raw`
"use strict";
let api = {};
const byId = (id) => document.getElementById(id);
const token = byId("token");
const authorization = () => token.value === "" ? {} : { authorization: "Bearer " + token.value };

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function resolve(schema) {
  let found = schema ?? {};
  for (let depth = 0; depth < 16 && typeof found === "object" && found.$ref; depth++) {
    const path = found.$ref.slice(2).split("/");
    found = path.reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], api) ?? {};
  }
  return found;
}

function typeOf(schema) {
  const { type, enum: values, anyOf, oneOf, items, const: only } = resolve(schema);
  if (only !== undefined) return JSON.stringify(only);
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (anyOf || oneOf) return (anyOf ?? oneOf).map(typeOf).join(" | ");
  if (type === "array") return "array of " + typeOf(items);
  return Array.isArray(type) ? type.join(" | ") : type ?? "any";
}

function example(schema, depth = 0) {
  const found = resolve(schema);
  const { type, anyOf, oneOf, properties = {}, required = [] } = found;
  if (found.default !== undefined) return found.default;
  if (found.const !== undefined) return found.const;
  if (found.examples?.length) return found.examples[0];
  if (found.enum) return found.enum[0];
  if (anyOf || oneOf) return example((anyOf ?? oneOf)[0], depth);
  if (type === "array") return [];
  if (type === "string") return "";
  if (type === "boolean") return false;
  if (type === "integer" || type === "number") return Math.max(0, found.minimum ?? 0);
  if (depth > 4 || type !== "object") return type === "object" ? {} : null;
  return Object.fromEntries(required.map((name) => [name, example(properties[name], depth + 1)]));
}

function argumentsOf(schema) {
  const { properties = {}, required = [] } = resolve(schema);
  const rows = Object.entries(properties).map(([name, property]) => {
    const { description = "", default: value } = resolve(property);
    const about = description + (value === undefined ? "" : " (default: " + JSON.stringify(value) + ")");
    return make("tr", "", make("td", "name", name + (required.includes(name) ? " *" : "")),
      make("td", "", typeOf(property)), make("td", "", about));
  });
  if (rows.length === 0) return make("p", "title", "No arguments.");
  return make("table", "", make("tbody", "", ...rows));
}

function badges({ "x-annotations": hints = {}, "x-scope": scope }) {
  const found = [];
  if (hints.readOnlyHint) found.push(make("span", "badge good", "changes nothing"));
  else if (hints.destructiveHint) found.push(make("span", "badge bad", "may destroy"));
  if (hints.openWorldHint) found.push(make("span", "badge warn", "reaches others"));
  if (scope) found.push(make("span", "badge", scope));
  return found;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function trial({ path, method, operation }) {
  const schema = operation.requestBody?.content["application/json"].schema;
  const parts = [];
  const editor = make("textarea");
  if (schema) {
    editor.value = JSON.stringify(example(schema), null, 2);
    editor.rows = Math.min(16, editor.value.split("\n").length + 1);
    editor.spellcheck = false;
    editor.setAttribute("aria-label", "Arguments as JSON");
    parts.push(make("h3", "", "Arguments"), argumentsOf(schema), make("h3", "", "Call"), editor);
  }
  const call = make("button", "main", method === "get" ? "Get" : "Call");
  const cancel = make("button", "", "Cancel");
  const copy = make("button", "", "Copy as curl");
  const status = make("span", "status");
  const output = make("pre");
  status.setAttribute("role", "status");
  output.hidden = true;
  cancel.hidden = true;
  const request = () => ({
    method: method.toUpperCase(),
    headers: { ...authorization(), ...(schema && { "content-type": "application/json" }) },
    ...(schema && { body: editor.value }),
  });
  let running;
  cancel.addEventListener("click", () => running?.abort());
  call.addEventListener("click", async () => {
    running = new AbortController();
    call.disabled = true;
    cancel.hidden = false;
    status.className = "status";
    status.textContent = "…";
    const start = performance.now();
    try {
      const response = await fetch(path, { ...request(), signal: running.signal });
      const text = await response.text();
      status.className = "status " + (response.ok ? "good" : "bad");
      status.textContent = response.status + " in " + Math.round(performance.now() - start) + " ms";
      output.textContent = pretty(text);
      output.hidden = false;
    } catch (error) {
      status.className = "status bad";
      status.textContent = running.signal.aborted ? "cancelled" : String(error);
    }
    call.disabled = false;
    cancel.hidden = true;
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) call.click();
  });
  copy.addEventListener("click", async () => {
    const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
    const { headers, body } = request();
    if (headers.authorization) headers.authorization = "Bearer $TOKEN";
    const options = Object.entries(headers).map(([name, value]) =>
      " -H " + (name === "authorization" ? '"authorization: ' + value + '"' : quote(name + ": " + value)));
    const url = new URL(path, location.href).href;
    const data = body === undefined ? "" : " -d " + quote(JSON.stringify(JSON.parse(body)));
    await navigator.clipboard.writeText("curl " + quote(url) + options.join("") + data);
    status.className = "status good";
    status.textContent = "copied";
  });
  parts.push(make("div", "row", call, cancel, copy, status), output);
  return parts;
}

function show({ path, method, operation }) {
  const isTool = operation.tags[0] !== "node";
  const name = isTool ? operation.operationId : path;
  const body = make("div", "body");
  const details = make("details", "",
    make("summary", "", make("span", "method", method.toUpperCase()), make("span", "name", name),
      make("span", "title", operation.summary ?? ""), ...badges(operation)), body);
  details.dataset.text = [name, operation.summary, operation.description].join(" ").toLowerCase();
  // Built when it is opened: there may be many.
  details.addEventListener("toggle", () => {
    if (body.childElementCount > 0) return;
    if (operation.description) body.append(make("p", "", operation.description));
    if (operation.operationId !== "mcp") body.append(...trial({ path, method, operation }));
  });
  return details;
}

function render() {
  document.title = api.info.title;
  byId("title").replaceChildren(api.info.title, make("small", "", api.info.version));
  byId("about").textContent = api.info.description ?? "";
  byId("identity").hidden = !api.security;
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  byId("operations").replaceChildren(...api.tags.map(({ name }) =>
    make("section", "", make("h2", "", name),
      ...all.filter(({ operation }) => operation.tags.includes(name)).map(show))));
  filter();
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(/\s+/);
  for (const section of byId("operations").children) {
    let found = 0;
    for (const details of section.querySelectorAll("details")) {
      details.hidden = !words.every((word) => details.dataset.text.includes(word));
      if (!details.hidden) found++;
    }
    section.hidden = found === 0;
  }
}

async function load() {
  const notice = byId("notice");
  try {
    const response = await fetch("openapi.json", { headers: authorization() });
    const text = await response.text();
    if (!response.ok) {
      const isStranger = response.status === 401;
      byId("identity").hidden = !isStranger;
      notice.textContent = isStranger
        ? "This server asks who you are: enter a bearer token."
        : "The server answers " + response.status + ".";
      return;
    }
    api = JSON.parse(text);
    notice.textContent = "";
    render();
  } catch (error) {
    notice.textContent = "The server cannot be reached: " + error;
  }
}

token.addEventListener("change", load);
byId("filter").addEventListener("input", filter);
load();
`;
