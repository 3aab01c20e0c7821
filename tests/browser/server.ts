// Starts `sandbar serve --demo` on a free port with an empty data folder: once for all tests that share the built-in
// course, and for tests with a course of their own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { test as base } from "@playwright/test";

export interface Server {
  url: string;
}

function executable(): string {
  const target = process.env["CARGO_TARGET_DIR"] ?? path.join(homedir(), ".cache/sandbar/target");
  const found = process.env["SANDBAR"] ?? path.join(target, "debug/sandbar");
  if (!existsSync(found)) throw new Error(`There is no ${found}. Build it with: make build`);
  return found;
}

/** The address that the server prints once it listens. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const address = /Sandbar is at (http:\/\/\S+)/.exec(printed)?.[1];
      if (address) resolve(address);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    server.once("exit", (status) => reject(new Error(`The server ended with status ${status}:\n${printed}`)));
  });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null) resolve();
    else server.once("exit", () => resolve());
  });
}

/** A server that runs until it is stopped. */
interface Running extends Server {
  stop: () => Promise<void>;
}

/** Starts a server with the sample class and an empty data folder; `more` are further arguments. */
async function serve(more: string[]): Promise<Running> {
  const data = await mkdtemp(path.join(tmpdir(), "sandbar-browser-"));
  const server = spawn(executable(), ["serve", "--demo", "--listen", "127.0.0.1:0", "--data", data, ...more]);
  const stop = async (): Promise<void> => {
    server.kill("SIGTERM");
    await ended(server);
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(server), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Tests that share one server; `content` makes the folder of its course. */
export const testOf = (content: () => string | undefined) =>
  base.extend<object, { server: Server }>({
    server: [
      async ({}, use) => {
        const folder = content();
        const server = await serve(folder ? ["--content", folder] : []);
        await use(server).finally(server.stop);
      },
      { scope: "worker", timeout: 60_000 },
    ],
    baseURL: async ({ server }, use) => use(server.url),
  });

export const test = testOf(() => undefined);

/** A server of one test's own, with these arguments more. */
export async function started<T>(more: string[], use: (server: Server) => Promise<T>): Promise<T> {
  const server = await serve(more);
  return await use(server).finally(server.stop);
}

/** Runs a subcommand to its end. */
export const sandbar = (...words: string[]): void => void execFileSync(executable(), words);

export { expect } from "@playwright/test";
