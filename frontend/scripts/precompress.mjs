// A Vite plugin: every text file of the build gets a .gz beside it, so that the server never compresses.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const WORTH_IT = /\.(js|css|svg|json|map)$/;
const MIN_BYTES = 1024;

export function precompress() {
  let folder = "dist";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true })) {
        if (!WORTH_IT.test(name)) continue;
        const bytes = readFileSync(join(folder, name));
        if (bytes.length >= MIN_BYTES) {
          writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        }
      }
    },
  };
}
