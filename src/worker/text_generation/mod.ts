/**
 * The executor of `text-generation` tasks. Loaded only where there is an endpoint to ask.
 *
 * @module
 */

export { createTextGenerationExecutor, type TextGenerationOptions } from "./text_generation.ts";
