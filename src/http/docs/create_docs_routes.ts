import type { HttpRoute } from "../route.ts";
import { describeApi, type DescribeApiOptions } from "./describe_api.ts";
import { createDocsPage } from "./docs_page.ts";

/**
 * The routes that say what can be called: `/openapi.json`, and the page `/docs`, which shows that to
 * people and lets them try it. The page is for everyone and says nothing by itself; whoever must say
 * who they are types their token there.
 *
 * @param options What there is.
 * @returns The routes.
 */
export function createDocsRoutes(options: DescribeApiOptions): readonly HttpRoute[] {
  let description: string | undefined;
  return [
    {
      path: "/openapi.json",
      methods: ["GET"],
      handle(): Response {
        // Compiles the schemas of all tools, so not before somebody asks.
        description ??= JSON.stringify(describeApi(options));
        return new Response(description, {
          headers: { "content-type": "application/json", "cache-control": "no-cache" },
        });
      },
    },
    { path: "/docs", methods: ["GET"], isPublic: true, handle: () => createDocsPage() },
  ];
}
