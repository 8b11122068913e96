/** What an exchange over HTTP costs before anybody has looked at it. */

import { listen } from "./listen.ts";

await listen(() => Response.json({ text: "hi" }));
