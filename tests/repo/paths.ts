export { join, relative } from "node:path/posix";
export { fileURLToPath as fromFileUrl } from "node:url";
