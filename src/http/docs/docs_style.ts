/** The style of the page of documentation: light or dark as the reader has it. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1d2330, #e4e7ee);
  --faint: light-dark(#5a6375, #9aa3b5);
  --ground: light-dark(#f7f8fa, #12151c);
  --card: light-dark(#ffffff, #1a1e28);
  --line: light-dark(#dde1e8, #2c3240);
  --accent: light-dark(#0b62c4, #6cb0ff);
  --good: light-dark(#17713a, #63d08c);
  --bad: light-dark(#b3261e, #ff8a80);
  --warn: light-dark(#8a5a00, #f0c060);
  --code: light-dark(#f0f2f6, #11141b);
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
header, main { max-width: 62rem; margin: 0 auto; padding: 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: end; }
header > div { flex: 1 1 22rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h1 small { font-size: .9rem; font-weight: 400; color: var(--faint); margin-left: .5rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; text-transform: capitalize; }
h3 { margin: 1rem 0 .25rem; font-size: .85rem; color: var(--faint); }
p { margin: .4rem 0; max-width: 46rem; white-space: pre-line; }
label { display: block; font-size: .85rem; color: var(--faint); }
input, textarea, button { font: inherit; color: inherit; }
input, textarea {
  width: 100%; padding: .5rem .65rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card);
}
textarea, pre, code, .name { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
textarea, pre { font-size: .85rem; line-height: 1.45; }
textarea { background: var(--code); resize: vertical; }
pre {
  margin: .5rem 0 0; padding: .75rem; max-height: 30rem; overflow: auto; background: var(--code);
  border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap; word-break: break-word;
}
button {
  padding: .4rem .9rem; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer;
  background: var(--card);
}
button.main { background: var(--accent); border-color: var(--accent); color: var(--card); }
button:hover { border-color: var(--accent); }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
details {
  margin: .5rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
}
summary {
  display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; padding: .6rem .9rem;
  cursor: pointer; list-style: none;
}
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25b8"; color: var(--faint); }
details[open] > summary::before { content: "\\25be"; }
details[open] > summary { border-bottom: 1px solid var(--line); }
.body { padding: .5rem .9rem 1rem; }
.method { font-size: .75rem; font-weight: 600; color: var(--accent); }
.name { font-weight: 600; word-break: break-all; }
.title { color: var(--faint); flex: 1 1 12rem; }
.badge {
  font-size: .75rem; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem;
  color: var(--faint);
}
.badge.good, .status.good { color: var(--good); }
.badge.warn { color: var(--warn); }
.badge.bad, .status.bad, .notice { color: var(--bad); }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
td { padding: .3rem .75rem .3rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td.name { white-space: nowrap; }
td:nth-child(2) { color: var(--faint); white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-top: .5rem; }
.status { font-size: .85rem; }
[hidden] { display: none !important; }
`;
