import { defineConfig } from "vite";

const entries: Record<string, string> = { page: "src/page.tsx", viewer: "src/structure/viewer/viewer.ts" };

/** One library a mode, each in one file: the page, and the 3-D viewer, which the page loads when it is wanted. */
export default defineConfig(({ mode }) => ({
  publicDir: false,
  define: mode in entries ? { "process.env.NODE_ENV": JSON.stringify("production") } : {},
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: mode === "page",
    minify: true,
    lib: { entry: entries[mode] ?? "src/page.tsx", formats: ["es"], fileName: () => `${mode}.js`, cssFileName: mode },
    license: { fileName: `${mode}-licenses.md` },
    rolldownOptions: { output: { minify: true, codeSplitting: false } },
  },
}));
