import { fromFileUrl, join, relative } from "./paths.ts";

/** The repository's root directory. */
export const ROOT: string = fromFileUrl(new URL("../../", import.meta.url));

/** Doors of adapter families; every other folder is entered through its own `mod.ts`. */
export const ADAPTER_DOORS: readonly string[] = [
  "src/mcp/client/mod.ts",
  "src/mcp/relay/mod.ts",
  "src/mcp/server/mod.ts",
  "src/network/conduct/mod.ts",
  "src/network/discovery/dht/mod.ts",
  "src/network/discovery/registry/mod.ts",
  "src/network/discovery/rendezvous/mod.ts",
  "src/network/libp2p/mod.ts",
  "src/network/memory/mod.ts",
  "src/network/trust/invite/mod.ts",
  "src/store/memory/mod.ts",
  "src/store/sqlite/mod.ts",
  "src/worker/text_generation/mod.ts",
];

/** An import statement, as `deno info` sees it. */
export interface Import {
  /** Repository path of the importing file. */
  readonly from: string;
  /** Repository path of the imported file, or its specifier when it is a package. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly isDynamic: boolean;
}

interface InfoDependency {
  readonly specifier: string;
  readonly isDynamic?: boolean;
  readonly code?: { readonly specifier: string };
  readonly type?: { readonly specifier: string };
}

interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly InfoDependency[];
}

/**
 * Every import in the graph of some entry points, type imports included.
 *
 * @param entries Repository paths.
 */
export async function readImports(entries: readonly string[]): Promise<readonly Import[]> {
  const imports = new Map<string, Import>();
  for (const entry of entries) {
    for (const module of await readModules(entry)) {
      const from = toRepositoryPath(module.specifier);
      if (from === undefined) continue;
      for (const dependency of module.dependencies ?? []) {
        const found = toImport(from, dependency);
        if (found !== undefined) imports.set(JSON.stringify(found), found);
      }
    }
  }
  return [...imports.values()];
}

/**
 * Repository paths of the modules that importing one module loads at once: dynamic imports and
 * type imports are not followed. Packages are given by their specifier.
 *
 * @param entry Repository path.
 */
export async function readStaticGraph(entry: string): Promise<ReadonlySet<string>> {
  const modules = new Map((await readModules(entry)).map((module) => [module.specifier, module]));
  const reached = new Set<string>();
  const open = [new URL(entry, new URL("../../", import.meta.url)).href];
  for (let specifier = open.pop(); specifier !== undefined; specifier = open.pop()) {
    const path = toRepositoryPath(specifier) ?? specifier;
    if (reached.has(path)) continue;
    reached.add(path);
    for (const dependency of modules.get(specifier)?.dependencies ?? []) {
      if (dependency.code !== undefined && !dependency.isDynamic) {
        open.push(dependency.code.specifier);
      }
    }
  }
  return reached;
}

/**
 * Repository paths of all TypeScript files below a directory.
 *
 * @param directory Repository path.
 */
export async function listSourceFiles(directory: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(join(ROOT, directory))) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) files.push(...await listSourceFiles(path));
    else if (entry.name.endsWith(".ts")) files.push(path);
  }
  return files.sort();
}

/**
 * The text of a file.
 *
 * @param path Repository path.
 */
export function readSource(path: string): Promise<string> {
  return Deno.readTextFile(join(ROOT, path));
}

/**
 * The folder of `src/` that a file is in, such as `mcp`.
 *
 * @param path Repository path.
 */
export function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

async function readModules(entry: string): Promise<readonly InfoModule[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout)).modules;
}

function toImport(from: string, dependency: InfoDependency): Import | undefined {
  const target = (dependency.code ?? dependency.type)?.specifier;
  const path = target === undefined ? undefined : toRepositoryPath(target);
  const isDynamic = dependency.isDynamic ?? false;
  if (path !== undefined) return { from, to: path, isPackage: false, isDynamic };
  return { from, to: dependency.specifier, isPackage: true, isDynamic };
}

function toRepositoryPath(specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  return relative(ROOT, fromFileUrl(new URL(specifier)));
}
