import { answerQuestions } from "../answer_questions.ts";

/**
 * Answer HTTP requests on a free loopback port until this program is killed.
 *
 * @param handle Answers.
 */
export async function listen(
  handle: (request: Request) => Response | Promise<Response>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handle);
  await answerQuestions({}, { url: `http://127.0.0.1:${server.addr.port}/mcp` });
}
