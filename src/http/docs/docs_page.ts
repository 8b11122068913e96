import { createHash } from "node:crypto";
import { DOCS_SCRIPT } from "./docs_script.ts";
import { DOCS_STYLE } from "./docs_style.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>mcpp</title>
<link rel="icon" href="data:,">
<style>${DOCS_STYLE}</style>
</head>
<body>
<header>
<div><h1 id="title">…</h1><p id="about"></p></div>
<div id="identity" hidden><label for="token">Bearer token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false"></div>
</header>
<main>
<label for="filter">Find</label>
<input id="filter" type="search" autocomplete="off">
<p id="notice" class="notice" role="status"></p>
<div id="operations"></div>
<noscript><p>This page needs scripts; the same is in <a href="openapi.json">openapi.json</a>.</p></noscript>
</main>
<script>${DOCS_SCRIPT}</script>
</body>
</html>
`;

/** Nothing but what is in the page may run or be loaded, and nothing may be asked but this server. */
function toPolicy(): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(DOCS_SCRIPT)}`,
    `style-src ${hashOf(DOCS_STYLE)}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The page of documentation, which is whole in itself: it loads nothing but the server's own description.
 *
 * @returns The response.
 */
export function createDocsPage(): Response {
  return new Response(PAGE, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": toPolicy(),
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    },
  });
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
